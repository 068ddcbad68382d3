import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answerByNumber,
  ask,
  type Asked,
  findFaults,
  timesAsked,
  waitForAnswers,
} from '../support/numbered-questions.ts'
import { type ProcessScene, startProcessScene } from '../support/start-process-scene.ts'
import { sendAgain } from '../support/send-again.ts'
import type { WorkspaceOptions } from '../support/start-workspace.ts'

/** A call of the bot in whose middle it is killed. */
interface Point {
  name: string
  method: string
  /** Which call of the method; default the first. */
  when?: (call: { nth: number; args: string }) => boolean
  /** The call took effect, and its answer never came back. */
  afterEffect?: boolean
  /** The answer was complete, so that the model need not be asked again. */
  complete?: boolean
}

const isFirst = ({ nth }: { nth: number }) => nth === 1
const isUnfinished = ({ args }: { args: string }) => args.includes('Stop')
const isLast = (call: { args: string }) => !isUnfinished(call)

const points: Record<'stream' | 'update', Point[]> = {
  stream: [
    { name: 'before it knew the channel', method: 'conversations.info' },
    { name: 'before its first words', method: 'chat.startStream' },
    { name: 'when Slack had its first words but had not said so', method: 'chat.startStream', afterEffect: true },
    { name: 'between two blocks', method: 'chat.appendStream' },
    { name: 'when Slack had a block but had not said so', method: 'chat.appendStream', afterEffect: true },
    { name: 'before it closed the stream', method: 'chat.stopStream', complete: true },
    {
      name: 'when the stream was closed but Slack had not said so',
      method: 'chat.stopStream',
      afterEffect: true,
      complete: true,
    },
    {
      name: 'before its last write',
      method: 'agents.sessions.setStatus',
      when: ({ args }) => args.includes('active'),
      afterEffect: true,
      complete: true,
    },
  ],
  update: [
    { name: 'before it knew the channel', method: 'conversations.info' },
    { name: 'before its first message', method: 'chat.postMessage' },
    { name: 'when Slack had its first message but had not said so', method: 'chat.postMessage', afterEffect: true },
    { name: 'before an update', method: 'chat.update', when: isUnfinished },
    {
      name: 'when Slack had an update but had not said so',
      method: 'chat.update',
      when: isUnfinished,
      afterEffect: true,
    },
    { name: 'before the last update', method: 'chat.update', when: isLast, complete: true },
    { name: 'before its last write', method: 'chat.update', when: isLast, afterEffect: true, complete: true },
  ],
}

const ways: { name: string; points: Point[]; options: WorkspaceOptions; lastsMs: number }[] = [
  { name: 'streaming, over Socket Mode', points: points.stream, options: { mode: 'socket' }, lastsMs: 200 },
  {
    name: 'by post and update, over HTTP',
    points: points.update,
    options: { mode: 'http', slack: { agentMethods: false } },
    // Updates are 1.3 seconds apart.
    lastsMs: 2500,
  },
]

describe.each(ways)('killed while it answers, $name,', ({ points, options, lastsMs }) => {
  let scene: ProcessScene
  let asked: Asked[]

  beforeAll(async () => {
    scene = await startProcessScene(options)
    answerByNumber(scene.anthropic, { lastsMs })
    asked = await askAndKillAt(scene, points)
    answerByNumber(scene.anthropic)
    await scene.start()
    await waitForAnswers(scene.slack, asked)
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  test.each(points.map(({ name }, number) => ({ name, number })))(
    '$name: the thread has one whole answer after the restart',
    ({ number }) => {
      expect(findFaults(scene.slack, asked.slice(number, number + 1))).toEqual([])
    },
  )

  test('the model is not asked again for an answer that was complete', () => {
    const complete = asked.filter((_, number) => points[number]?.complete)
    expect(complete.map(({ number }) => timesAsked(scene.anthropic, number))).toEqual(complete.map(() => 1))
  })

  test('a question that was acknowledged and not yet begun is answered after the restart', () => {
    expect(findFaults(scene.slack, asked.slice(points.length))).toEqual([])
  })
})

test('words that reach Slack only after the restart has looked for them are taken back', async () => {
  await using scene = await startProcessScene()
  const { slack, anthropic, dana, orders, bot } = scene
  answerByNumber(anthropic)
  slack.fail('chat.startStream', { hang: true })
  const asked = ask(slack, dana, 1, { channel: orders })
  const late = await slack.waitFor(() => slack.calls('chat.startStream')[0])
  await bot.kill()

  answerByNumber(anthropic, { lastsMs: 1000 })
  await scene.start()
  await slack.waitFor(() => slack.answers(orders, asked.threadTs).length > 0)
  await sendAgain(slack, late)
  expect(slack.answers(orders, asked.threadTs)).toHaveLength(2)
  await waitForAnswers(slack, [asked])

  expect(findFaults(slack, [asked])).toEqual([])
})

/** Lets an answer reach each point, one more question wait behind them, and kills the bot. */
async function askAndKillAt({ slack, dana, bot }: ProcessScene, points: readonly Point[]): Promise<Asked[]> {
  let reached = 0
  const asked = points.map(({ name, method, when = isFirst, afterEffect = false }, number) => {
    const channel = slack.addChannel({ name, members: [dana] })
    let nth = 0
    const isPoint = (args: Record<string, unknown>) => {
      if ((args.channel ?? args.channel_id) !== channel.id) return false
      const isNow = when({ nth: ++nth, args: JSON.stringify(args) })
      if (isNow) reached++
      return isNow
    }
    slack.fail(method, { hang: true, afterEffect, when: isPoint })
    return ask(slack, dana, number, { channel })
  })
  await slack.waitFor(() => reached === points.length, { what: 'every answer to reach its point' })
  const waiting = ask(slack, dana, points.length, { channel: slack.addChannel({ name: 'waiting', members: [dana] }) })
  await slack.settled()
  await bot.kill()
  return [...asked, waiting]
}
