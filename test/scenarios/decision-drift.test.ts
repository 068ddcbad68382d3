import { expect, test } from 'vitest'
import { bodyOf } from '../decisions/support.ts'
import { settleDecision } from '../support/settle-decision.ts'
import { startProcessScene } from '../support/start-process-scene.ts'
import { startScene } from '../support/start-scene.ts'
import type { Channel, Message } from '../support/slack/world.ts'
import type { Workspace } from '../support/start-workspace.ts'

const link = 'https://github.com/acme/orders'
const decision = { repository: 'acme/orders' }
const manifest = (dependencies: object) => `${JSON.stringify({ name: 'orders', dependencies }, null, 2)}\n`
const clean = { 'package.json': manifest({}), 'src/app.js': 'export const app = 1\n' }
const withMoment = { 'package.json': manifest({ moment: '^2.30.0' }) }

const github = {
  repositories: [
    {
      owner: 'acme',
      name: 'orders',
      defaultBranch: 'main',
      commits: [{ id: 'start', message: 'Start', files: clean }],
      pulls: [{ number: 482, title: 'Dates', head: 'moment', merged: true, state: 'closed' as const }],
    },
  ],
}

test('a decision is checked in each review, and its thread is told once when the code breaks it and once when it is mended', async () => {
  await using scene = await startScene({ key: false, github })
  const { slack, dana, orders } = scene
  const secret = slack.addChannel({ name: 'secret', isPrivate: true, members: [dana] })
  const threadTs = dana.says(orders, 'No moment any more: it is not maintained.')
  await settleDecision(scene, orders, bodyOf('Dates without moment', [dana.id], decision), {
    threadTs,
    checks: ['dependency moment absent'],
  })
  await settleDecision(scene, secret, bodyOf('canary-4711', [dana.id], decision), {
    checks: ['file src/app.js absent'],
  })

  expect(await review(scene, link)).toMatch(/\*\*Decisions\*\*\n- .*ADR-1.* holds/)

  scene.github.push('acme/orders', { id: 'work', branch: 'moment', message: 'Dates', files: withMoment })
  expect(await review(scene, `${link}/pull/482`)).toMatch(/This change breaks .*ADR-1.* at .*package\.json:4/)
  const merge = { branch: 'main', parents: ['start', 'work'], message: 'Merge #482', files: withMoment }
  const sha = scene.github.push('acme/orders', merge).slice(0, 7)
  expect(await review(scene, `${link}/tree/moment`)).not.toContain('since')
  expect(notes(scene, orders, threadTs)).toEqual([])

  const broken = new RegExp(`ADR-1.* is broken since .*${sha}.* at .*package\\.json:4.*introduced by .*#482`)
  expect(await review(scene, link)).toMatch(broken)
  await slack.waitFor(() => notes(scene, orders, threadTs)[0])
  expect(await review(scene, link)).toMatch(broken)
  expect(notes(scene, orders, threadTs)).toEqual([expect.stringMatching(broken)])
  expect(await openDetails(scene, orders)).toContain('package.json:4')
  expect(await openDetails(scene, slack.addChannel({ name: 'other', members: [dana] }))).toMatch(
    /absent: broken\n|absent: broken"/,
  )

  scene.github.push('acme/orders', { message: 'Mend', files: { 'package.json': manifest({}) } })
  expect(await review(scene, link)).toContain('holds')
  await slack.waitFor(() => notes(scene, orders, threadTs)[1])
  await review(scene, link)
  expect(notes(scene, orders, threadTs)).toEqual([expect.anything(), expect.stringContaining('holds again')])
  expect(slack.callsContaining('canary-4711')).toEqual([])
  expect(slack.callsContaining('ADR-2')).toEqual([])
})

test('a decision without a thread or a card is spoken of in its channel', async () => {
  await using scene = await startScene({ key: false, github })
  const { slack, dana, orders } = scene
  await settleDecision(scene, orders, bodyOf('A shop', [dana.id], decision), { checks: ['file shop.md present'] })
  await review(scene, link)
  const told = () => slack.channelMessages(orders).filter(({ metadata }) => metadata?.event_type === 'architect_note')
  const note = await slack.waitFor(() => told()[0])
  expect(slack.textOf(note)).toMatch(/ADR-1.* is broken/)
  await review(scene, link)
  expect(told()).toHaveLength(1)
})

test('killed between saying a note and recording it, the bot says it once', async () => {
  await using scene = await startProcessScene({ key: false, github, overrides: { leaseMs: 500 } })
  const { slack, dana, orders, bot } = scene
  const threadTs = dana.says(orders, 'Orders is called shop.')
  await settleDecision(scene, orders, bodyOf('A shop', [dana.id], decision), {
    threadTs,
    checks: ['file shop.md present'],
  })
  slack.fail('chat.postMessage', {
    hang: true,
    afterEffect: true,
    when: (call) => JSON.stringify(call).includes('is broken'),
  })
  dana.says(orders, `${slack.mention} review ${link} facts`)
  await slack.waitFor(() => notes(scene, orders, threadTs)[0], { timeoutMs: 20_000 })
  await bot.kill()
  await scene.start()
  await slack.waitFor(() => slack.calls('conversations.replies')[0])
  await slack.settled()
  expect(notes(scene, orders, threadTs)).toHaveLength(1)
})

/** Asks for the facts of a link and gives what was answered, once it is. */
async function review({ slack, dana, orders }: Workspace, url: string): Promise<string> {
  const ts = dana.says(orders, `${slack.mention} review ${url} facts`)
  const said = () => slack.answers(orders, ts).find((message) => slack.textOf(message).includes(', by rules'))
  const answer = await slack.waitFor(() => said(), { timeoutMs: 20_000 })
  await slack.settled()
  return slack.textOf(said() ?? answer)
}

function notes({ slack }: Workspace, channel: Channel, threadTs: string): string[] {
  const isNote = ({ metadata }: Message) => metadata?.event_type === 'architect_note'
  return slack
    .thread(channel, threadTs)
    .filter(isNote)
    .map((message) => slack.textOf(message))
}

/** The record of the first decision as somebody sees it from a channel. */
async function openDetails({ slack, dana }: Workspace, channel: Channel): Promise<string> {
  const { shown } = await dana.runs('/architect', 'decisions moment', channel)
  const [list] = shown
  if (!list) throw new Error('nothing was shown')
  await dana.clicks(list, 'decision_details')
  const view = await slack.waitFor(() => slack.views(dana)[0])
  await dana.closes(view)
  return JSON.stringify(view.content.blocks)
}
