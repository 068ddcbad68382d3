import type { AnthropicStandIn } from './anthropic/start-anthropic.ts'
import type { Reply } from './anthropic/script.ts'
import type { Person } from './slack/person.ts'
import type { Slack } from './slack/slack.ts'
import type { Channel, Message } from './slack/world.ts'

/** A question that names its number, and where it was asked. */
export interface Asked {
  number: number
  channel: Channel
  threadTs: string
  ts: string
}

/** Asks question `number` in a new thread, or in an old one. */
export function ask(slack: Slack, person: Person, number: number, at: { channel: Channel; threadTs?: string }): Asked {
  const { channel, threadTs } = at
  const text = `${slack.mention} what about question-${number}?`
  const ts = person.says(channel, text, threadTs ? { threadTs } : {})
  return { number, channel, threadTs: threadTs ?? ts, ts }
}

/** Makes the model answer in three blocks that name every question it was just asked, so that a thread shows what was answered. */
export function answerByNumber(anthropic: AnthropicStandIn, pace: Pick<Reply, 'chunkMs' | 'chunkSize'> = {}): void {
  anthropic.replyWith(({ lastText }) => {
    const numbers = numbersIn(lastText, 'question')
    const name = (word: string) => numbers.map((number) => `${word}-${number}`).join(' and ')
    return { text: `This is ${name('answer')}.\n\nThere is more to say.\n\nSo much for ${name('end')}.\n`, ...pace }
  })
}

/** How often the model was asked this question. */
export function timesAsked(anthropic: AnthropicStandIn, number: number): number {
  return anthropic.requests.filter(({ lastText }) => numbersIn(lastText, 'question').includes(number)).length
}

/** Every way in which a thread is not what its people should see: one whole answer to each question, in order, nothing going on. */
export function findFaults(slack: Slack, asked: readonly Asked[]): string[] {
  const threads = Map.groupBy(asked, ({ channel, threadTs }) => `${channel.id}:${threadTs}`)
  return [...threads.values()].flatMap((questions) => faultsOfThread(slack, questions))
}

/** Resolves when nothing is wrong any more; the caller looks again at `findFaults` for what still is after `timeoutMs`. */
export async function waitForAnswers(slack: Slack, asked: readonly Asked[], timeoutMs = 10_000): Promise<void> {
  await slack.waitFor(() => findFaults(slack, asked).length === 0, { timeoutMs, what: 'all answers' }).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 300))
}

function faultsOfThread(slack: Slack, questions: readonly Asked[]): string[] {
  const [first] = questions
  if (!first) return []
  const { channel, threadTs } = first
  const answers = slack.answers(channel, threadTs).map((message) => ({ message, text: slack.textOf(message) }))
  const order = answers.flatMap(({ text }) => numbersIn(text, 'answer'))
  const going =
    slack.status(channel, threadTs) !== undefined || slack.session(channel, threadTs)?.status === 'processing'
  const expected = questions.map(({ number }) => number)
  return [
    ...(order.join() === expected.join()
      ? []
      : [`${channel.name}: answered ${order.join() || 'nothing'}, asked ${expected.join()}`]),
    ...(going ? [`${channel.name}: still shows that something goes on`] : []),
    ...answers.flatMap(({ message, text }) =>
      faultsOfAnswer(slack, message, text).map((fault) => `${channel.name}: ${fault}`),
    ),
  ]
}

function faultsOfAnswer(slack: Slack, message: Message, text: string): string[] {
  const begun = numbersIn(text, 'answer').join()
  const whole = begun !== '' && begun === numbersIn(text, 'end').join() && text.includes('There is more to say.')
  return [
    ...(whole ? [] : [`says ${JSON.stringify(text)}`]),
    ...(slack.isStreaming(message) ? ['is still streaming'] : []),
    ...(/^Stop$/m.test(text) ? ['still offers to stop'] : []),
  ]
}

function numbersIn(text: string, word: string): number[] {
  return [...text.matchAll(new RegExp(`\\b${word}-(\\d+)`, 'g'))].map((match) => Number(match[1]))
}
