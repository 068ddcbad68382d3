import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { answerByNumber, ask, findFaults, waitForAnswers } from '../support/numbered-questions.ts'
import type { Fault } from '../support/slack/faults.ts'
import { type BotProcess, findFreePort } from '../support/start-process.ts'
import { startProcessScene } from '../support/start-process-scene.ts'

/** Slack is that busy: late calls take effect only when this is resolved. */
const late = Promise.withResolvers<void>()

/** Where an answer of the frozen process stands. */
const points: { name: string; method: string; fault: Fault }[] = [
  { name: 'nothing said', method: 'conversations.info', fault: { hang: true } },
  { name: 'first words on their way', method: 'chat.startStream', fault: { until: late.promise } },
  { name: 'first words said', method: 'chat.startStream', fault: { hang: true, afterEffect: true } },
  { name: 'amid the answer', method: 'chat.appendStream', fault: { until: late.promise } },
  { name: 'stream closed', method: 'chat.stopStream', fault: { hang: true, afterEffect: true } },
]

test('a process frozen past its lease, and then thawed, leaves exactly one answer to the one that took over', async () => {
  const overrides = { leaseMs: 700 }
  await using scene = await startProcessScene({ overrides })
  const { slack, anthropic, dana, env, bot: frozen } = scene
  answerByNumber(anthropic)
  let reached = 0
  const asked = points.map(({ name, method, fault }, number) => {
    const channel = slack.addChannel({ name, members: [dana] })
    const isHere = (args: Record<string, unknown>) => args.channel === channel.id && ++reached > 0
    slack.fail(method, { ...fault, when: isHere })
    return ask(slack, dana, number, { channel })
  })
  await slack.waitFor(() => reached === points.length, { what: 'every answer to reach its point' })
  await freezeBetweenWrites(frozen, join(env['ARCHITECT_DATA_DIR'] ?? '', 'architect.db'))
  const isLate = (channelId: unknown) =>
    asked.some(({ channel }, number) => channel.id === channelId && points[number]?.fault.until)
  const underWay = slack.requests.filter(({ args, answer }) => !answer && isLate(args.channel))

  await scene.start({ port: await findFreePort() })
  await waitForAnswers(slack, asked)
  expect(findFaults(slack, asked)).toEqual([])

  late.resolve()
  await slack.waitFor(() => underWay.every((call) => call.answer), { what: 'the late calls to take effect' })
  frozen.thaw()
  await waitForAnswers(slack, asked)
  expect(findFaults(slack, asked)).toEqual([])
})

/** SQLite has one writer: nobody could take over from a process that is frozen amid a write until it is thawed or killed. */
async function freezeBetweenWrites(bot: BotProcess, databaseFile: string): Promise<void> {
  const database = new Sqlite(databaseFile, { timeout: 0 })
  for (;;) {
    bot.freeze()
    await sleep(30)
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK')
      database.close()
      return
    } catch {
      bot.thaw()
    }
  }
}
