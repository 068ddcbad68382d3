import type { Store } from '../db/open-store.ts'
import type { Audience } from './audience.ts'
import { type Decision, nameDecision, toOneLine } from './decision.ts'
import type { Advocated } from './find-advocated.ts'
import { decisionIndex, findRelevant, remindOnce } from './know-decisions.ts'

/** What answers know of the team's decisions, in words; nothing in it may not be said to the audience. */
export class DecisionRecall {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** One line for each accepted decision, by number. */
  async index(audience: Audience): Promise<string> {
    return (await decisionIndex(this.#store, audience)).join('\n')
  }

  /** The decisions that speak of a question, best first. */
  async findRelevant(audience: Audience, question: string): Promise<string[]> {
    return (await findRelevant(this.#store, audience, question, 3)).map(describe)
  }

  /** Earlier reasons against what a message argues for, each once in a thread; the same again when it is asked anew. */
  async remindOnce(audience: Audience, threadTs: string, text: string, askedAt: number): Promise<string[]> {
    const against = await remindOnce(this.#store, audience, threadTs, text, askedAt)
    return against.map(describeReminder)
  }
}

function describe(decision: Decision): string {
  const { body, status, amendments } = decision
  const later = amendments.map(({ text }) => ` Amended: ${text}`).join('')
  return `${link(decision)} (${status}): ${toOneLine(body)}.${later}`
}

function describeReminder({ decision, option, reason }: Advocated): string {
  const why = reason === '' ? '' : `: ${reason.replaceAll(/\s+/g, ' ')}`
  return `${link(decision)} ${decision.status === 'rejected' ? 'was turned down' : `turned down ${option}`}${why}`
}

function link(decision: Decision): string {
  const name = `${nameDecision(decision)}, ${decision.body.title}`
  return decision.threadLink ? `[${name}](${decision.threadLink})` : name
}
