import { expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { threads } from '../../src/db/schema.ts'
import { acceptEdit } from '../../src/turns/accept-change.ts'
import { acceptMessage } from '../../src/turns/accept-message.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'

const message = {
  teamId: 'T1',
  channelId: 'C1',
  threadTs: '1.1',
  ts: '1.1',
  text: 'see https://github.com/acme/orders',
}

async function summaryAfterEdit(store: Store, text: string): Promise<string | null | undefined> {
  await acceptMessage(store, { ...message, authorId: 'U1', mentioned: true, foreignAuthor: false }, 0)
  await store.write(async (tx) => void (await tx.update(threads).set({ summary: 'They use Postgres.' })))
  await acceptEdit(store, { ...message, text }, 1)
  return (await store.read.select().from(threads))[0]?.summary
}

test('a thread keeps its summary when Slack unfolds a link in it', async () => {
  expect(await summaryAfterEdit(openTemporaryStore(), message.text)).toBe('They use Postgres.')
})

test('a thread loses its summary when what it rests on is edited', async () => {
  expect(await summaryAfterEdit(openTemporaryStore(), 'never mind')).toBeNull()
})
