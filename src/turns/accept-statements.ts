import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/open-store.ts'
import { inbox, messages, threads } from '../db/schema.ts'

type Statements = ReturnType<typeof prepare>

const prepared = new WeakMap<Database, Statements>()

/** The statements that every accepted message needs, built once per connection: building them takes longer than running them. */
export function acceptStatements(tx: Database): Statements {
  const statements = prepared.get(tx) ?? prepare(tx)
  prepared.set(tx, statements)
  return statements
}

function prepare(tx: Database) {
  const given = sql.placeholder
  const address = { teamId: given('teamId'), channelId: given('channelId'), threadTs: given('threadTs') }
  return {
    storeMessage: tx
      .insert(messages)
      .values({
        ...address,
        ts: given('ts'),
        authorId: given('authorId'),
        fromArchitect: given('fromArchitect'),
        text: given('text'),
      })
      .onConflictDoNothing()
      .returning({ id: messages.id })
      .prepare(),
    joinThread: tx
      .insert(threads)
      .values({ ...address, joinedAt: given('joinedAt'), seededAt: given('seededAt') })
      .onConflictDoNothing()
      .prepare(),
    queue: tx
      .insert(inbox)
      .values({
        ...address,
        ts: given('ts'),
        kind: 'message',
        authorId: given('authorId'),
        mentioned: given('mentioned'),
        foreignAuthor: given('foreignAuthor'),
        receivedAt: given('receivedAt'),
      })
      .onConflictDoNothing()
      .returning({ id: inbox.id })
      .prepare(),
    findThread: tx
      .select({ one: sql`1` })
      .from(threads)
      .where(
        and(
          eq(threads.teamId, given('teamId')),
          eq(threads.channelId, given('channelId')),
          eq(threads.threadTs, given('threadTs')),
        ),
      )
      .limit(1)
      .prepare(),
  }
}
