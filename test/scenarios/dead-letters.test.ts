import { describe, expect, test } from 'vitest'
import {
  answerByNumber,
  ask,
  type Asked,
  findFaults,
  timesAsked,
  waitForAnswers,
} from '../support/numbered-questions.ts'
import { runCommand } from '../support/start-process.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

/** What the bot counts, as an operator's Prometheus reads it. */
async function readMetric({ url }: Scene, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^architect_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}

async function waitForMetric(scene: Scene, name: string): Promise<void> {
  while ((await readMetric(scene, name)) === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Fails everything the bot says in a channel, as an outage of one part of Slack does. */
function refuseToSpeak({ slack, orders }: Scene, error: string): void {
  const when = (args: Record<string, unknown>) => args.channel === orders.id
  for (const method of ['chat.startStream', 'chat.postMessage']) slack.fail(method, { error, when, times: 1000 })
}

test('an answer that failed five times is given up honestly and listed for the operator, whose retry puts the answer in its place', async () => {
  const clock = { offsetMs: 0 }
  await using scene = await startScene({ now: () => Date.now() + clock.offsetMs, pollMs: 20 })
  const { slack, anthropic, dana, orders, env } = scene
  answerByNumber(anthropic)
  refuseToSpeak(scene, 'internal_error')
  const asked = ask(slack, dana, 1, { channel: orders })
  for (let attempt = 1; attempt <= 5; attempt++) {
    await slack.waitFor(() => slack.calls('chat.postMessage').length === attempt, { what: `attempt ${attempt}` })
    await waitForMetric(scene, 'turns_waiting')
    if (attempt === 5) slack.stopFailing()
    clock.offsetMs += 61_000
  }
  const notice = await slack.waitForReply(orders, asked.threadTs)
  expect(slack.textOf(notice)).toContain('I tried this five times')

  const listed = await runCommand(env, ['dead-letters'])
  expect(listed.printed).toContain('internal_error')
  const [id = ''] = listed.printed.split(' ')
  expect(await runCommand(env, ['retry', id])).toMatchObject({ code: 0 })
  await waitForAnswers(slack, [asked])

  expect(findFaults(slack, [asked])).toEqual([])
  expect(slack.answers(orders, asked.threadTs).map(({ ts }) => ts)).toEqual([notice.ts])
  expect(await readMetric(scene, 'turns_dead')).toBe(0)
})

describe('when the bot can never speak in a thread again', () => {
  const losses: Record<string, (scene: Scene, asked: Asked) => void> = {
    'the bot was removed from the channel': ({ slack, dana, orders }) => slack.removeBot(orders, dana),
    'the channel was deleted': (scene) => refuseToSpeak(scene, 'channel_not_found'),
    'the channel was archived': ({ orders }) => void (orders.isArchived = true),
    'the token was revoked': ({ slack }) => void (slack.installation().state = 'token_revoked'),
    'the question was deleted': ({ dana, orders }, { ts }) => dana.deletes(orders, ts),
  }

  test.each(Object.entries(losses))(
    'because %s, the answer is set aside at once with the reason',
    async (_name, lose) => {
      await using scene = await startScene()
      const { slack, anthropic, dana, orders, env } = scene
      anthropic.reply({ text: 'Never said.\n\nNot this either.', startMs: 200 })
      const asked = ask(slack, dana, 1, { channel: orders })
      await slack.waitFor(() => timesAsked(anthropic, 1) > 0)
      lose(scene, asked)
      await waitForMetric(scene, 'turns_dead')

      expect((await runCommand(env, ['dead-letters'])).printed).toContain('1 attempts  Slack refused: ')
      expect(slack.answers(orders, asked.threadTs)).toEqual([])
    },
  )
})
