import { expect, test } from 'vitest'
import { bodyOf } from '../decisions/support.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import type { Interaction } from '../support/slack/interact.ts'
import type { Channel, Message } from '../support/slack/world.ts'
import { findFreePort } from '../support/start-process.ts'
import { settleDecision } from '../support/settle-decision.ts'
import { startProcessScene } from '../support/start-process-scene.ts'
import { runToEnd } from '../support/run-to-end.ts'
import { startScene } from '../support/start-scene.ts'
import type { Workspace } from '../support/start-workspace.ts'

const dayMs = 86_400_000
const monday = Date.parse('2026-11-23T08:00:00Z')

/** A scene on a Sunday, whose time a test moves. */
async function startSunday() {
  const clock = { now: monday - dayMs }
  const now = () => clock.now
  const scene = await startScene({ now, digestTickMs: 20, slack: { now } })
  return { clock, ...scene, [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose]() }
}

test('a channel that turned its digest on gets it at its time, once', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  await settleDecision(scene, orders, bodyOf('One database for orders', [dana.id]), { now: clock.now })
  const shown = shownBy(await runToEnd(scene, dana, 'digest on monday 9:00', orders))
  expect(shown).toContain('every Monday at 09:00 (Europe/Berlin), next on Mon 23 Nov')
  clock.now = monday
  const digest = await slack.waitFor(() => digestsIn(orders)[0])
  expect(slack.textOf(digest)).toContain('ADR-1')
  expect(slack.textOf(digest)).toContain('One database for orders')
  await seeNothingMore(scene, orders, 1)
  const moved = shownBy(await runToEnd(scene, dana, 'digest on friday 9:00', orders))
  expect(moved).toContain('next on Fri 4 Dec')
  clock.now = monday + dayMs
  await seeNothingMore(scene, orders, 1)
})

test('a preview is shown to who asked and nobody else, and `now` to everybody', async () => {
  await using scene = await startSunday()
  const { clock, slack, ben, orders } = scene
  await settleDecision(scene, orders, bodyOf('One database for orders', [ben.id]), { now: clock.now })
  const preview = await ben.runs('/architect', 'digest preview', orders)
  await slack.waitFor(() => preview.shown.length > 0)
  expect(JSON.stringify(preview.shown)).toContain('One database for orders')
  expect(digestsIn(orders)).toEqual([])
  await ben.runs('/architect', 'digest now', orders)
  await slack.waitFor(() => digestsIn(orders)[0])
  await seeNothingMore(scene, orders, 1)
})

test('nothing said in a private channel is in the digest of another', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  const secret = slack.addChannel({ name: 'secret', isPrivate: true, members: [dana] })
  await settleDecision(scene, secret, bodyOf('canary-4711', [dana.id]), { now: clock.now })
  await dana.runs('/architect', 'digest now', orders)
  await slack.waitFor(() => digestsIn(orders)[0])
  expect(slack.callsContaining('canary-4711')).toEqual([])
})

test('a decision that the code breaks by then leads the digest, and one that cannot be read is not called broken', async () => {
  const clock = { now: monday }
  const now = () => clock.now
  const vault = { ...ordersRepository(), name: 'vault', private: true }
  const github = { repositories: [ordersRepository(), vault] }
  await using scene = await startScene({ now, github, slack: { now } })
  const { slack, dana, orders } = scene
  const checks = ['file docs/openapi.yaml present', 'dependency express present']
  const about = (repository: string) => bodyOf(`Describe ${repository}`, [dana.id], { repository })
  await settleDecision(scene, orders, about('acme/orders'), { now: monday - 9 * dayMs, checks })
  await settleDecision(scene, orders, about('acme/vault'), { now: monday - 9 * dayMs, checks })
  await dana.runs('/architect', 'digest now', orders)
  const digest = await slack.waitFor(() => digestsIn(orders)[0])
  const text = slack.textOf(digest)
  expect(text).toMatch(/ADR-1.* in acme\/orders is broken since [0-9a-f]{7} at docs\/openapi\.yaml/)
  expect(text).toMatch(/ADR-2.* cannot be checked in acme\/vault, no access/)
  expect(text).not.toMatch(/ADR-2.* broken/)
})

test('titles and owners of decisions ping nobody but the owners and link to nothing', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  const title = 'Stop <!channel> & @here <https://evil.example/?d=1|click>'
  await settleDecision(scene, orders, bodyOf(title, [dana.id]), { now: clock.now - 9 * dayMs, isAccepted: false })
  await dana.runs('/architect', 'digest now', orders)
  const digest = await slack.waitFor(() => digestsIn(orders)[0])
  const raw = JSON.stringify(digest.blocks)
  expect(raw).toContain(dana.mention)
  expect(raw).not.toMatch(/<!|<https:\/\/evil|[^\u2060]@here/)
})

test('after the bot was removed the digest is off, and says why when it is back', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  await dana.runs('/architect', 'digest on monday 9:00 Europe/Berlin', orders)
  await dana.runs('/architect', 'digest quiet say-so', orders)
  slack.removeBot(orders, dana)
  clock.now = monday
  await slack.waitFor(() => slack.calls('chat.postMessage')[0])
  slack.inviteBot(orders, dana)
  await slack.settled()
  expect(shownBy(await runToEnd(scene, dana, 'digest', orders))).toContain('not in the channel any more')
  clock.now = monday + 7 * dayMs
  await seeNothingMore(scene, orders, 0)
})

test('while Slack does not take it the digest waits, and comes when Slack does', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  await dana.runs('/architect', 'digest on monday 9:00', orders)
  await dana.runs('/architect', 'digest quiet say-so', orders)
  slack.fail('chat.postMessage', { status: 503, times: 2 })
  clock.now = monday
  await slack.waitFor(() => letTimePass(clock) && digestsIn(orders)[0])
  expect(slack.calls('chat.postMessage')).toHaveLength(3)
  await seeNothingMore(scene, orders, 1)
})

test('a digest that Slack took without saying so is found and not repeated', async () => {
  await using scene = await startSunday()
  const { clock, slack, dana, orders } = scene
  slack.fail('chat.postMessage', { cut: true, afterEffect: true })
  await dana.runs('/architect', 'digest now', orders)
  await slack.waitFor(() => digestsIn(orders)[0])
  await slack.waitFor(() => letTimePass(clock) && slack.calls('conversations.history')[0])
  await seeNothingMore(scene, orders, 1)
  expect(slack.calls('chat.postMessage')).toHaveLength(1)
})

test('killed between Slack’s answer and its own record, the bot says the digest once', async () => {
  await using scene = await startProcessScene({ overrides: { digestTickMs: 50, digestLeaseMs: 500 } })
  const { slack, dana, orders, bot } = scene
  slack.fail('chat.postMessage', { hang: true, afterEffect: true })
  await dana.runs('/architect', 'digest now', orders)
  await slack.waitFor(() => digestsIn(orders)[0])
  await bot.kill()
  await scene.start()
  await slack.waitFor(() => slack.calls('conversations.history')[0])
  await seeNothingMore(scene, orders, 1)
  expect(slack.calls('chat.postMessage')).toHaveLength(1)
})

test('two processes over one database say each digest once', async () => {
  const overrides = { digestTickMs: 20 }
  await using scene = await startProcessScene({ overrides })
  const { slack, dana } = scene
  await scene.start({ overrides, port: await findFreePort() })
  const channels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => slack.addChannel({ name, members: [dana] }))
  await Promise.all(channels.map((channel) => dana.runs('/architect', 'digest now', channel)))
  await slack.waitFor(() => channels.every((channel) => digestsIn(channel).length > 0))
  for (const channel of channels) await seeNothingMore(scene, channel, 1)
  expect(slack.calls('chat.postMessage')).toHaveLength(channels.length)
})

test.each([
  ['digest on someday 9', 'not a day of the week'],
  ['digest frobnicate', '/architect digest on'],
  ['digest', 'gets no digest'],
])('/architect %s gets a sentence', async (text, part) => {
  await using scene = await startSunday()
  expect(shownBy(await runToEnd(scene, scene.dana, text, scene.orders))).toContain(part)
})

test('a channel without the bot and a direct message get no digest', async () => {
  await using scene = await startSunday()
  const { slack, dana } = scene
  const random = slack.addChannel({ name: 'random', members: [dana], botIsMember: false })
  expect(shownBy(await runToEnd(scene, dana, 'digest on monday 9', random))).toContain('/invite')
  expect(shownBy(await runToEnd(scene, dana, 'digest on monday 9', slack.openDm(dana)))).toContain(
    'belongs to a channel',
  )
})

/** A minute, each time somebody looks. */
function letTimePass(clock: { now: number }): true {
  clock.now += 60_000
  return true
}

function digestsIn(channel: Channel): Message[] {
  return channel.messages.filter(({ metadata }) => metadata?.event_type === 'architect_digest')
}

/** The channel still has this many digests after some more looks. */
async function seeNothingMore({ slack }: Workspace, channel: Channel, expected: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, 200)
  await promise
  await slack.settled()
  expect(digestsIn(channel)).toHaveLength(expected)
}

function shownBy(interaction: Interaction): string {
  return interaction.shown.map((message) => message.text ?? '').join('\n')
}
