import type { Payer } from '../../claude/payer.ts'
import type { Usage } from '../../claude/usage.ts'
import type { Store } from '../../db/open-store.ts'
import type { TurnPart } from '../../db/schema.ts'
import { sentenceFor } from '../../claude/sentences.ts'
import type { DecisionDraft } from '../decision.ts'
import { type Drafter, draftDecision } from '../draft-decision.ts'
import { prefillDecision } from '../prefill-decision.ts'
import type { CodeLine, ThreadMessage } from '../thread.ts'
import { keepSuggestion } from './suggestions.ts'

interface Thread {
  teamId: string
  channelId: string
  threadTs: string
}

interface Request {
  thread: Thread
  turnId: string
  wish: string
  messages: readonly ThreadMessage[]
  code: readonly CodeLine[]
  payer: Payer
}

interface Answer {
  outcome: 'answered' | 'facts' | 'failed'
  answer: string
  parts: TurnPart[]
}

export interface RecorderDeps {
  store: Store
  /** Undefined without a key. */
  drafter: Drafter | undefined
  /** The repository that a thread or its channel is about, as `owner/name`. */
  findRepository: (thread: Thread) => Promise<string | undefined>
  /** A draft as people read it. */
  write: (draft: DecisionDraft) => string
  now: () => number
}

const mention = /<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g
const wanted =
  /^(?:please\s+|can you\s+|could you\s+)?(?:record|note|write down|document|capture)\s+(?:this|that|the|our|a|as an?|these|both)?\s*(?:architecture\s+|adr\s+)?(?:decisions?|adrs?)\b[\s:.,-]*(.*)$/is

/** Drafts records from threads; what it drafts is a suggestion until a person confirms it. */
export class ThreadRecorder {
  readonly #deps: RecorderDeps

  constructor(deps: RecorderDeps) {
    this.#deps = deps
  }

  /** What somebody wants recorded beyond "this"; undefined when a message asks for something else. */
  readWish(text: string): string | undefined {
    const found = wanted.exec(text.replaceAll(mention, ' ').trim())
    return found ? (found[1] ?? '').trim() : undefined
  }

  /** Drafts what the thread decided. Without a model, or when it fails, the form is offered with what can be known. */
  async draft(
    request: Request,
    noteUsage: (model: string, usage: Usage) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { drafter } = this.#deps
    // The wish itself is no part of what was decided.
    const said = request.messages.filter(({ text }) => this.readWish(text) === undefined)
    if (!drafter) return this.#offerForm({ ...request, messages: said }, sentences.form)
    const { thread, wish, code, payer } = request
    const repository = await this.#deps.findRepository(thread)
    const drafting = await draftDecision({ ...drafter, payer }, { messages: said, code, wish, repository }, signal)
    await noteUsage(drafting.model, drafting.usage)
    switch (drafting.kind) {
      case 'drafts':
        return this.#offerDrafts(request, drafting.drafts)
      case 'nothing-decided':
        return this.#offerForm({ ...request, messages: said }, sentences.nothing(drafting.missing))
      case 'failed':
        signal.throwIfAborted()
        return this.#offerForm({ ...request, messages: said }, `${sentenceFor(drafting.failure)} ${sentences.form}`)
    }
  }

  async #offerDrafts(request: Request, drafts: readonly DecisionDraft[]): Promise<Answer> {
    const parts: TurnPart[] = []
    for (const [index, draft] of drafts.entries()) {
      const id = await this.#suggest(request, draft, index)
      parts.push({
        markdown: `**${draft.body.title}**\n\n${this.#deps.write(draft)}`,
        choices: [
          { label: 'Record as draft', act: 'keep-suggestion', value: id },
          { label: 'Edit first', act: 'edit-suggestion', value: id },
          { label: 'Discard', act: 'drop-suggestion', value: id },
        ],
      })
    }
    return { outcome: 'answered', answer: sentences.drafted(drafts.length), parts }
  }

  async #offerForm(request: Request, answer: string): Promise<Answer> {
    const body = prefillDecision(request.messages, request.wish)
    const repository = await this.#deps.findRepository(request.thread)
    const draft = { body: { ...body, repository }, checks: [], reviewBy: undefined, supersedes: [] }
    const id = await this.#suggest(request, draft, 0)
    const choices = [{ label: 'Fill in the form', act: 'edit-suggestion' as const, value: id }]
    return { outcome: 'facts', answer, parts: [{ markdown: '', choices }] }
  }

  async #suggest({ turnId, thread, messages }: Request, draft: DecisionDraft, index: number): Promise<string> {
    const id = `${turnId}-${index}`
    const { teamId, channelId, threadTs } = thread
    const place = { id, teamId, channelId, threadTs, threadLink: messages[0]?.link || undefined }
    await keepSuggestion(this.#deps.store, { ...place, ...draft }, this.#deps.now())
    return id
  }
}

const sentences = {
  drafted: (count: number) =>
    `This is how I would record ${count === 1 ? 'it' : `the ${count} decisions of this thread`}. Nothing is stored yet: every sentence links to where it comes from, or is marked as inferred. What is missing you can add.`,
  form: 'Fill in the form; I have put in what the thread shows by itself. Nothing is stored before you send it.',
  nothing: (missing: string) =>
    `I see no decision here yet. ${missing} If there is one all the same, fill in the form.`.replaceAll(/\s+/g, ' '),
}
