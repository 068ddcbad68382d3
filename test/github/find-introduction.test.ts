import { describe, expect, test } from 'vitest'
import type { SeedCommit } from '../support/github/seed.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'

const repository = { owner: 'acme', name: 'orders' }
const line = "import { server } from '../http/server.js'"
const clean = 'export const total = 1\n'
const dirty = `${line}\n${clean}`

const commits: SeedCommit[] = [
  { id: 'good', message: 'Start', files: { 'src/domain/order.js': clean, 'README.md': '# Orders\n' } },
  { id: 'readme', message: 'Say more', files: { 'README.md': '# Orders and more\n' } },
  { id: 'work', branch: 'fast', message: 'Use the server', files: { 'src/domain/order.js': dirty } },
  {
    id: 'merge',
    branch: 'main',
    parents: ['readme', 'work'],
    message: 'Merge pull request #482',
    files: { 'src/domain/order.js': dirty },
  },
  { id: 'later', message: 'Say less', files: { 'README.md': '# Orders\n' } },
]

async function openHistory(given = commits) {
  const pulls = [{ number: 482, title: 'Faster', head: 'fast', merged: true, state: 'closed' as const }]
  const client = await openClient({ repositories: [{ ...repository, commits: given, pulls }] })
  const shaOf = (name: string) => client.standIn.site.named('acme/orders').find(name) ?? ''
  const find = (good: string, bad: string, question = { path: 'src/domain/order.js', quote: line }) =>
    client.github.findIntroduction(repository, { good, bad, ...question })
  return { ...client, shaOf, find }
}

describe('Which change brought a line', () => {
  test('is told with its pull request', async () => {
    await using client = await openHistory()
    const history = historyOf(client)
    const found = valueOf(await client.find(history.good, history.later))
    expect(found).toEqual({ sha: history.work, pull: 482 })
  })

  test('is the only commit there is, with no look at files', async () => {
    await using client = await openHistory()
    const history = historyOf(client)
    expect(valueOf(await client.find(history.merge, history.later))).toEqual({ sha: history.later })
  })

  test('is the commit that added the line, when several touched the file', async () => {
    await using client = await openHistory([
      ...commits.slice(0, 1),
      { message: 'Use the server', files: { 'src/domain/order.js': dirty } },
      { message: 'Round', files: { 'src/domain/order.js': `${dirty}export const round = 1\n` } },
    ])
    const [, added] = messagesOf(client)
    const found = valueOf(await client.find(messagesOf(client)[0] ?? '', client.shaOf('main')))
    expect(found).toEqual({ sha: added })
  })

  test('stays unknown when several touched the file and no line says which', async () => {
    await using client = await openHistory([
      ...commits.slice(0, 1),
      { message: 'Use the server', files: { 'src/domain/order.js': dirty } },
      { message: 'Round', files: { 'src/domain/order.js': `${dirty}export const round = 1\n` } },
    ])
    const [good = ''] = messagesOf(client)
    const question = { path: 'src/domain/order.js', quote: '' }
    expect(valueOf(await client.find(good, client.shaOf('main'), question))).toBeUndefined()
  })

  test('stays unknown when nothing between touched the file', async () => {
    await using client = await openHistory()
    const history = historyOf(client)
    expect(valueOf(await client.find(history.merge, history.merge))).toBeUndefined()
  })

  test('costs at most seven requests', async () => {
    const touches = Array.from({ length: 4 }, (_, index) => ({
      message: `Touch ${index}`,
      files: { 'src/domain/order.js': `${clean}// ${index}\n` },
    }))
    await using client = await openHistory([...commits.slice(0, 1), ...touches])
    const before = client.standIn.requests.length
    await client.find(messagesOf(client)[0] ?? '', client.shaOf('main'))
    expect(client.standIn.requests.length - before).toBeLessThanOrEqual(7)
  })

  test('is a problem when a commit is gone', async () => {
    await using client = await openHistory()
    expect(problemOf(await client.find('f'.repeat(40), client.shaOf('main'))).kind).toBe('no-such-comparison')
  })
})

type Client = Awaited<ReturnType<typeof openHistory>>

/** The shas of main, oldest first. */
function messagesOf({ standIn, shaOf }: Client): string[] {
  return standIn.site.named('acme/orders').store.history(shaOf('main')).toReversed()
}

function historyOf(client: Client) {
  const { store } = client.standIn.site.named('acme/orders')
  const later = client.shaOf('main')
  const [merge = ''] = store.commits.get(later)?.parents ?? []
  const [readme = '', work = ''] = store.commits.get(merge)?.parents ?? []
  const [good = ''] = store.commits.get(readme)?.parents ?? []
  return { good, readme, work, merge, later }
}
