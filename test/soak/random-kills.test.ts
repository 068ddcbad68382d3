import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { answerByNumber, ask, type Asked, findFaults, tsOf, waitForAnswers } from '../support/numbered-questions.ts'
import { createRandom } from '../support/random.ts'
import { type ProcessScene, startProcessScene } from '../support/start-process-scene.ts'
import type { WorkspaceOptions } from '../support/start-workspace.ts'

const kills = Number(process.env['KILLS'] ?? 20)
const threads = 6
const retryDelaysMs = [100, 400, 1500, 3000, 5000]
const timeoutMs = 60_000 + kills * 10_000

const ways: [string, WorkspaceOptions][] = [
  ['streaming, over Socket Mode', { mode: 'socket', slack: { retryDelaysMs } }],
  ['by post and update, over HTTP', { mode: 'http', slack: { retryDelaysMs, agentMethods: false } }],
]

test.each(ways)(
  'killed again and again at random moments, the bot answers every acknowledged question once and in order, %s',
  async (_name, options) => {
    const seed = Date.now() % 1_000_000
    const random = createRandom(seed)
    await using scene = await startProcessScene(options)
    const { slack, anthropic } = scene
    answerByNumber(anthropic, { lastsMs: 300 })
    const asked: Asked[] = []
    const asking = setInterval(() => asked.push(askSomewhere(scene, asked, random)), 90)

    for (let kill = 0; kill < kills; kill++) await killAtRandom(scene, asked, random)
    clearInterval(asking)
    await slack.settled()
    const arrived = new Set(
      slack
        .deliveries()
        .filter(({ result }) => result.acked)
        .map(tsOf),
    )
    const { acknowledged = [], lost = [] } = Object.groupBy(asked, ({ ts }) =>
      arrived.has(ts) ? 'acknowledged' : 'lost',
    )
    await waitForAnswers(slack, acknowledged, 15_000)

    expect({ seed, faults: findFaults(slack, acknowledged, lost) }).toEqual({ seed, faults: [] })
    expect(acknowledged.length).toBeGreaterThan(kills)
  },
  timeoutMs,
)

/** The next question, in one of a few threads, each in a channel of its own. */
function askSomewhere({ slack, dana }: ProcessScene, asked: readonly Asked[], random: () => number): Asked {
  const name = `thread-${Math.floor(random() * threads)}`
  const before = asked.find(({ channel }) => channel.name === name)
  const channel = before?.channel ?? slack.addChannel({ name, members: [dana] })
  return ask(slack, dana, asked.length, { channel, ...(before && { threadTs: before.threadTs }) })
}

/** Kills the bot some time after it has finished an answer, now and then once more while it starts, and starts it again. */
async function killAtRandom(scene: ProcessScene, asked: readonly Asked[], random: () => number): Promise<void> {
  const finished = countAnswers(scene, asked)
  await scene.slack.waitFor(() => countAnswers(scene, asked) > finished, { timeoutMs: 20_000, what: 'another answer' })
  await sleep(random() * 500)
  await scene.bot.kill()
  if (random() < 0.3) {
    const starting = scene.start().catch(() => undefined)
    await sleep(random() * 1500)
    await scene.bot.kill()
    await starting
  }
  await scene.start()
}

function countAnswers({ slack }: ProcessScene, asked: readonly Asked[]): number {
  const roots = asked.filter(({ ts, threadTs }) => ts === threadTs)
  const answers = roots.flatMap(({ channel, threadTs }) => slack.answers(channel, threadTs))
  return answers.filter((message) => slack.textOf(message).includes('end-')).length
}
