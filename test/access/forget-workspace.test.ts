import { getTableColumns, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import { forgetWorkspace } from '../../src/access/forget-workspace.ts'
import * as schema from '../../src/db/schema.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'

test('nothing that belongs to a workspace survives its erasure, in any table, and another keeps its own', async () => {
  const store = openTemporaryStore()
  const tables = Object.values(schema).filter((one) => is(one, SQLiteTable))
  const owned = tables.filter((table) => 'teamId' in getTableColumns(table))
  for (const [index, table] of owned.entries())
    for (const teamId of ['T1', 'T2'])
      await store.write(async (tx) => {
        await tx.insert(table).values(fill(table, teamId, index))
      })
  await forgetWorkspace(store, 'T1')
  for (const table of owned) expect(await store.read.select().from(table)).toMatchObject([{ teamId: 'T2' }])
})

/** A row with something in each column. */
function fill(table: SQLiteTable, teamId: string, index: number): Record<string, unknown> {
  const cells = Object.entries(getTableColumns(table)).map(([name, { dataType, enumValues }]) => {
    const values: Record<string, unknown> = { number: index + Number(teamId.slice(1)) * 1000, boolean: true, json: [] }
    return [name, values[dataType] ?? enumValues?.[0] ?? `${teamId}-${name}`]
  })
  return { ...Object.fromEntries(cells), teamId }
}
