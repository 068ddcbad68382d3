import type { AnthropicStandIn } from './anthropic/start-anthropic.ts'
import type { DeliveryRecord } from './slack/delivery.ts'
import type { Person } from './slack/person.ts'
import type { Slack } from './slack/slack.ts'
import type { Channel, Message } from './slack/world.ts'

/** Pieces in which an answer arrives. */
const chunks = 10

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

/** Makes the model answer in three blocks that name every question it was just asked, so that a thread shows what was answered; `lastsMs` is how long it takes. */
export function answerByNumber(anthropic: AnthropicStandIn, { lastsMs = 0 } = {}): void {
  anthropic.replyWith(({ lastText }) => {
    const numbers = numbersIn(lastText, 'question')
    const name = (word: string) => numbers.map((number) => `${word}-${number}`).join(' and ')
    const text = `This is ${name('answer')}.\n\nThere is more to say.\n\nSo much for ${name('end')}.\n`
    return { text, chunkSize: Math.ceil(text.length / chunks), chunkMs: lastsMs / chunks }
  })
}

/** How often the model was asked this question. */
export function timesAsked(anthropic: AnthropicStandIn, number: number): number {
  return anthropic.requests.filter(({ lastText }) => numbersIn(lastText, 'question').includes(number)).length
}

/**
 * Every way in which threads are not what their people should see: one whole answer to each question, in order, nothing
 * going on. Questions that Slack may have failed to deliver are `maybe`: they have one answer or none.
 */
export function findFaults(slack: Slack, asked: readonly Asked[], maybe: readonly Asked[] = []): string[] {
  const threads = Map.groupBy([...asked, ...maybe], ({ channel, threadTs }) => `${channel.id}:${threadTs}`)
  return [...threads.values()].flatMap((questions) => faultsOfThread(slack, questions, maybe))
}

/** Resolves when nothing is wrong any more; the caller looks again at `findFaults` for what still is after `timeoutMs`. */
export async function waitForAnswers(slack: Slack, asked: readonly Asked[], timeoutMs = 20_000): Promise<void> {
  await slack.waitFor(() => findFaults(slack, asked).length === 0, { timeoutMs, what: 'all answers' }).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 300))
}

function faultsOfThread(slack: Slack, questions: readonly Asked[], maybe: readonly Asked[]): string[] {
  const [first] = questions
  if (!first) return []
  const { channel, threadTs } = first
  const answers = slack.answers(channel, threadTs).map((message) => ({ message, text: slack.textOf(message) }))
  const order = answers.flatMap(({ text }) => numbersIn(text, 'answer'))
  const going =
    slack.status(channel, threadTs) !== undefined || slack.session(channel, threadTs)?.status === 'processing'
  const faults = [
    ...countFaults(questions, maybe, order),
    ...orderFaults(slack, questions, order),
    ...(going ? ['still shows that something goes on'] : []),
    ...answers.flatMap(({ message, text }) => faultsOfAnswer(slack, message, text)),
  ]
  return faults.map((fault) => `${channel.name}: ${fault}`)
}

function countFaults(questions: readonly Asked[], maybe: readonly Asked[], order: readonly number[]): string[] {
  return questions.flatMap((question) => {
    const times = order.filter((number) => number === question.number).length
    const isFine = times === 1 || (times === 0 && maybe.includes(question))
    return isFine ? [] : [`question ${question.number} is answered ${times} times`]
  })
}

/** A question whose event arrived at the first attempt comes before all that were asked after it. */
function orderFaults(slack: Slack, questions: readonly Asked[], order: readonly number[]): string[] {
  const place = (question: Asked) => order.indexOf(question.number)
  const onTime = questions.filter((question) => place(question) !== -1 && arrivedAtOnce(slack, question))
  return onTime.flatMap((early) =>
    questions
      .filter((late) => Number(late.ts) > Number(early.ts) && place(late) !== -1 && place(late) < place(early))
      .map((late) => `question ${late.number} is answered before question ${early.number}`),
  )
}

function arrivedAtOnce(slack: Slack, { ts }: Asked): boolean {
  return slack.deliveries().some((delivery) => delivery.attempt === 0 && delivery.result.acked && tsOf(delivery) === ts)
}

/** The ts of the message that a delivery is about. */
export function tsOf({ payload }: DeliveryRecord): unknown {
  const { event } = payload
  return typeof event === 'object' && event !== null && 'ts' in event ? event.ts : undefined
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
