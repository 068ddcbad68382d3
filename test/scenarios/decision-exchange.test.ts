import { expect, test } from 'vitest'
import { decideByForm } from '../support/decide-by-form.ts'
import type { SeedRepository } from '../support/github/seed.ts'
import type { Interaction } from '../support/slack/interact.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel } from '../support/slack/world.ts'
import { runToEnd } from '../support/run-to-end.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const token = 'ghp_0123456789abcdefghij0123456789abcdef'
const jobs = { title: 'Jobs run on pg-boss', options: 'pg-boss\nBullMQ', option: 'pg-boss', because: 'No Redis' }
const legacy =
  '# 4. Use Express\n\nDate: 2020-01-02\n\n## Status\n\nAccepted\n\n## Context\n\nKnown.\n\n## Decision\n\nExpress.\n'

function startWith(
  repository: Partial<SeedRepository> = {},
  writes: readonly string[] = ['acme/orders', 'acme/purchases'],
) {
  const orders: SeedRepository = {
    owner: 'acme',
    name: 'orders',
    private: true,
    commits: [{ message: 'Start', files: { 'README.md': '# Orders\n', 'docs/adr/0004-use-express.md': legacy } }],
    ...repository,
  }
  return startScene({
    key: false,
    github: { repositories: [orders], tokens: [{ token, repositories: ['acme/orders', 'acme/purchases'], writes }] },
    env: { GITHUB_TOKEN: token },
  })
}

test('after the repository was renamed, an export goes on with its pull request and knows what was merged', async () => {
  await using scene = await startWith()
  const { dana, orders, github } = scene
  await runToEnd(scene, dana, 'link acme/orders', orders)
  const card = await decideByForm(scene, dana, orders, jobs)
  await run(scene, dana, 'export', orders)
  github.site.rename('acme/orders', { owner: 'acme', name: 'purchases' })
  expect(await run(scene, dana, 'export', orders)).toContain('Nothing to do: https://github.com/acme/purchases/pull/1')
  mergeFirstPull(scene, 'acme/purchases')
  expect(await run(scene, dana, 'import acme/orders', orders)).toMatch(/Unchanged\* \(1\)/)
  expect(await run(scene, dana, 'export', orders)).toContain('acme/purchases has the one decision')
  expect(scene.slack.textOf(card())).toContain('accepted')
})

test('an export opens one pull request, updates it, and after its merge everything is the same on both sides', async () => {
  await using scene = await startWith()
  const { slack, dana, orders } = scene
  await runToEnd(scene, dana, 'link acme/orders', orders)
  const card = await decideByForm(scene, dana, orders, jobs)
  expect(await run(scene, dana, 'export', orders)).toContain('Opened https://github.com/acme/orders/pull/1')
  expect(await run(scene, dana, 'export', orders)).toContain('Nothing to do: https://github.com/acme/orders/pull/1')

  await decideByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7', because: 'It sorts' })
  expect(await run(scene, dana, 'export acme/orders', orders)).toContain(
    'Updated https://github.com/acme/orders/pull/1',
  )
  const merged = mergeFirstPull(scene)
  expect(Object.keys(merged)).toEqual(['docs/adr/0005-jobs-run-on-pg-boss.md', 'docs/adr/0006-use-uuidv7.md'])
  expect(merged['docs/adr/0005-jobs-run-on-pg-boss.md']).toContain('Bull')

  const preview = await run(scene, dana, 'import', orders)
  expect(preview).toMatch(/Unchanged\* \(2\)/)
  expect(preview).toContain('0004-use-express.md: Use Express')
  expect(await run(scene, dana, 'export', orders)).toContain('has all 2 decisions')

  await dana.clicks(card(), 'decision_amend')
  const note = await slack.waitFor(() =>
    slack.views(dana).find(({ content }) => content.callback_id === 'decision_note'),
  )
  await dana.submits(note, { note: 'From version 12 on.' })
  expect(await run(scene, dana, 'export', orders)).toContain(
    'Opened https://github.com/acme/orders/pull/2 with 1 decision',
  )
})

test('an import takes over what is new, follows what changed there, and leaves conflicts to people', async () => {
  await using scene = await startWith()
  const { slack, github, dana, ben, orders } = scene
  await runToEnd(scene, dana, 'link acme/orders', orders)
  await decideByForm(scene, dana, orders, jobs)
  await run(scene, dana, 'export', orders)
  const [path = '', text = ''] = Object.entries(mergeFirstPull(scene))[0] ?? []

  const first = await runToEnd(scene, dana, 'import', orders)
  await press(scene, dana, first, 'import-decisions', '1 decision imported')
  await press(scene, dana, first, 'import-decisions', 'Nothing was imported')
  expect(await run(scene, ben, 'decisions express', orders)).toContain('Use Express')

  github.push('acme/orders', {
    message: 'Change both',
    files: {
      [path]: text.replace('No Redis', 'Cheap'),
      'docs/adr/0004-use-express.md': `${legacy}\n## Consequences\n\nOld.\n`,
    },
  })
  expect(await run(scene, dana, 'export', orders)).toContain(`the repository differs: ${path}`)
  const second = await runToEnd(scene, dana, 'import', orders)
  expect(textOf(second)).toMatch(/Changed there\* \(1\)/)
  expect(textOf(second)).toContain('does not change by its file')
  await press(scene, dana, second, 'import-decisions', '1 decision brought up to date')
  await press(scene, dana, second, 'keep-ours', 'Kept')
  expect(await run(scene, dana, 'export', orders)).toContain('Opened https://github.com/acme/orders/pull/2')
  expect(slack.channelMessages(orders)).toHaveLength(1)
})

test('what people change in the open pull request stays, and differs after its merge until they choose', async () => {
  await using scene = await startWith()
  const { github, dana, orders } = scene
  await runToEnd(scene, dana, 'link acme/orders', orders)
  await decideByForm(scene, dana, orders, jobs)
  await run(scene, dana, 'export', orders)
  const [branch = ''] = [...github.site.named('acme/orders').pulls.values()].map(({ head }) => head)
  const path = 'docs/adr/0005-jobs-run-on-pg-boss.md'
  github.push('acme/orders', { branch, message: 'Say it better', files: { [path]: changeIn(scene, branch, path) } })
  expect(await run(scene, dana, 'export', orders)).toContain(`Somebody changed ${path} in the pull request`)
  expect(Object.values(mergeFirstPull(scene))).toEqual([expect.stringContaining('No Redis at all')])
  expect(await run(scene, dana, 'import', orders)).toContain('does not change by its file')
})

test('what only a private channel knows stays out of a public repository until a decider shows it to everyone', async () => {
  await using scene = await startWith({ private: false })
  const { slack, github, dana } = scene
  const secret = slack.addChannel({ name: 'secret', isPrivate: true, members: [dana] })
  await runToEnd(scene, dana, 'link acme/orders', secret)
  const card = await decideByForm(scene, dana, secret, jobs)
  const refused = await run(scene, dana, 'export', secret)
  expect(refused).toContain('1 decision left out')
  expect(refused).toContain('Show to everyone')
  expect(github.site.named('acme/orders').pulls.size).toBe(0)

  await dana.clicks(card(), 'decision_details')
  const details = await slack.waitFor(() =>
    slack.views(dana).find(({ content }) => content.callback_id === 'decision_view'),
  )
  await dana.clicks(details, 'decision_widen')
  await slack.waitFor(() => slack.textOf(card()).includes('whole workspace'))
  expect(await run(scene, dana, 'export', secret)).toContain('Opened https://github.com/acme/orders/pull/1')
})

test('an export that cannot be done says in one sentence why', async () => {
  await using scene = await startWith({}, [])
  const { slack, dana, ben, orders } = scene
  expect(await run(scene, ben, 'export', orders)).toContain('Name one repository')
  expect(await run(scene, ben, 'export acme/orders', orders)).toContain('not linked to this channel')
  expect(await run(scene, ben, 'import acme/orders', orders)).toContain('it does not exist, or it is private')
  await runToEnd(scene, dana, 'link acme/orders', orders)
  expect(await run(scene, ben, 'export', orders)).toContain('There is no decision for acme/orders yet')
  await decideByForm(scene, dana, orders, jobs)
  expect(await run(scene, ben, 'export', orders)).toContain('"Contents" and "Pull requests" as read and write')
  const random = slack.addChannel({ name: 'random', members: [dana], botIsMember: false })
  expect(await run(scene, dana, 'export acme/orders', random)).toContain('/invite')
})

async function run(scene: Scene, person: Person, text: string, channel: Channel): Promise<string> {
  return textOf(await runToEnd(scene, person, text, channel))
}

async function press(
  { slack }: Scene,
  person: Person,
  on: Interaction,
  actionId: string,
  words: string,
): Promise<void> {
  const message = on.shown.at(-1)
  if (!message) throw new Error('nothing is shown')
  const pressed = await person.clicks(message, actionId)
  await slack.waitFor(() => textOf(pressed).includes(words))
}

function textOf({ shown }: { shown: readonly { text?: string; blocks?: unknown }[] }): string {
  const whole = shown.map(({ text = '', blocks = [] }) => `${text} ${JSON.stringify(blocks)}`).join('\n')
  return whole.replaceAll(/<(https:[^|>]+)>/g, '$1')
}

/** Merges the first pull request into the default branch and gives the files it brought. */
function mergeFirstPull({ github }: Scene, repository = 'acme/orders'): Record<string, string> {
  const { store, refs, pulls } = github.site.named(repository)
  const pull = pulls.get(1)
  if (!pull) throw new Error('there is no pull request')
  const before = store.filesOf(refs.get('refs/heads/main'))
  const after = [...store.filesOf(refs.get(`refs/heads/${pull.head}`))].filter(([path]) => !before.has(path))
  const files = Object.fromEntries(after.map(([path, { sha }]) => [path, store.blobs.get(sha)?.toString('utf8') ?? '']))
  github.push(repository, { message: 'Merge', files })
  pulls.set(1, { ...pull, state: 'closed', merged: true })
  return files
}

function changeIn({ github }: Scene, branch: string, path: string): string {
  const { store, refs } = github.site.named('acme/orders')
  const file = store.filesOf(refs.get(`refs/heads/${branch}`)).get(path)
  return (store.blobs.get(file?.sha ?? '')?.toString('utf8') ?? '').replace('No Redis', 'No Redis at all')
}
