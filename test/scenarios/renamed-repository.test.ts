import { expect, test } from 'vitest'
import { bodyOf } from '../decisions/support.ts'
import { runToEnd } from '../support/run-to-end.ts'
import { sampleService } from '../support/sample-service.ts'
import { settleDecision } from '../support/settle-decision.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const token = 'ghp_0123456789abcdefghij0123456789abcdef'
const orders = 'https://github.com/acme/orders'

test('a renamed repository keeps its link, reviews, dismissals and decisions, and that is said once', async () => {
  await using scene = await startPrivate()
  const { dana, orders: channel } = scene
  const body = bodyOf('A shop', [dana.id], { repository: 'acme/orders' })
  await settleDecision(scene, channel, body, { checks: ['file package.json present'] })
  const first = await ask(scene, 'review')
  const title = /\*\*1\. (.*?)\*\*/.exec(first)?.[1] ?? 'nothing'
  await dismissFirst(scene)

  scene.github.site.rename('acme/orders', { owner: 'acme', name: 'purchases' })
  const second = await ask(scene, 'review')
  expect(second).toContain('GitHub calls acme/orders acme/purchases now')
  expect(second).toContain('acme/purchases')
  expect(second).not.toContain(`**1. ${title}**`)
  expect(second).toMatch(/ open since /)
  expect(second).toMatch(/ADR-1.* holds/)
  expect(await shownBy(scene, dana, 'links', channel)).toContain('acme/purchases')

  expect(await ask(scene, `review ${orders}`)).not.toContain('GitHub calls')
  expect(await ask(scene, `how does ${orders} start?`)).not.toContain('GitHub calls')
})

test('a question by the former name is answered from the renamed repository at once', async () => {
  await using scene = await startPrivate()
  scene.github.site.rename('acme/orders', { owner: 'acme', name: 'purchases' })
  const answer = await ask(scene, `how does ${orders}/blob/main/package.json look?`)
  expect(answer).toContain('GitHub calls acme/orders acme/purchases now')
  expect(answer).toContain('package.json')
})

test('another repository that takes the former name inherits nothing', async () => {
  await using scene = await startPrivate()
  const { dana, orders: channel } = scene
  await ask(scene, 'review')
  await dismissFirst(scene)
  scene.github.site.rename('acme/orders', { owner: 'acme', name: 'purchases' })
  scene.github.site.add(sampleService({ private: true }))

  expect(await ask(scene, `review ${orders}`)).toContain('I cannot read acme/orders here')
  expect(await shownBy(scene, dana, 'links', channel)).toMatch(/: `acme\/purchases`\./)
  await runToEnd(scene, dana, 'link acme/orders', channel)
  const fresh = await ask(scene, `review ${orders}`)
  expect(fresh).toContain('acme/orders is another repository than the one I knew by that name')
  expect(fresh).not.toMatch(/ open since |does not fix/)
  expect(await ask(scene, 'review https://github.com/acme/purchases')).toContain('that the team does not fix')
})

test('what was known of a repository that is gone is not used for a new one of its name', async () => {
  await using scene = await startPrivate({ private: false })
  const { dana, orders: channel } = scene
  await ask(scene, `review ${orders}`)
  await dismissFirst(scene)
  scene.github.site.rename('acme/orders', { owner: 'elsewhere', name: 'gone' })
  scene.github.site.named('elsewhere/gone').seed = { ...scene.github.site.named('elsewhere/gone').seed, private: true }
  scene.github.site.add(sampleService())

  const fresh = await ask(scene, `review ${orders}`)
  expect(fresh).toContain('acme/orders is another repository than the one I knew by that name')
  expect(fresh).not.toMatch(/ open since |does not fix/)
  const links = await shownBy(scene, dana, 'links', channel)
  expect(links).toMatch(/`acme\/orders~1000`/)
  const aside = /`(acme\/orders~\d+)`/.exec(links)?.[1] ?? ''
  expect(await shownBy(scene, dana, `unlink ${aside}`, channel)).toContain('can no longer read')
})

async function startPrivate(overrides: { private?: boolean } = {}): Promise<Scene> {
  const repositories = ['acme/orders', 'acme/purchases']
  const scene = await startScene({
    key: false,
    github: {
      repositories: [sampleService({ private: true, ...overrides })],
      tokens: [{ token, login: 'acme-bot', repositories }],
    },
    env: { GITHUB_TOKEN: token },
  })
  await runToEnd(scene, scene.dana, 'link acme/orders', scene.orders)
  return scene
}

/** Everything that is said in a new thread. */
async function ask(scene: Scene, words: string): Promise<string> {
  const { slack, dana, orders: channel } = scene
  const ts = dana.says(channel, `${slack.mention} ${words}`)
  await slack.waitForReply(channel, ts)
  await slack.waitFor(
    () => !words.includes('review') || lastAnswers(scene, ts).some((text) => /1\.|cannot read/.test(text)),
  )
  return lastAnswers(scene, ts).join('\n')
}

function lastAnswers({ slack, orders: channel }: Scene, ts: string): string[] {
  return slack.answers(channel, ts).map((message) => slack.textOf(message))
}

async function dismissFirst({ slack, dana, orders: channel }: Scene): Promise<void> {
  const root = slack.channelMessages(channel).at(-1)
  const message = await slack.waitFor(() =>
    slack
      .answers(channel, root?.ts ?? '')
      .find((each) => slack.buttonsOf(each).some(({ actionId }) => actionId === 'wont-fix:0')),
  )
  await dana.clicks(message, 'wont-fix:0')
  const form = await slack.waitFor(() => slack.views(dana)[0])
  await dana.submits(form, { reason: 'The gateway does it.' })
  await slack.waitFor(() =>
    slack.answers(channel, root?.ts ?? '').some((each) => slack.textOf(each).includes('The gateway does it.')),
  )
}

async function shownBy(...asked: Parameters<typeof runToEnd>): Promise<string> {
  return (await runToEnd(...asked)).shown.map(({ text }) => text).join('\n')
}
