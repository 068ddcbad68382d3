import type { Claude } from '../claude/create-claude.ts'
import type { ExtractionFailure } from '../claude/failures.ts'
import type { Payer } from '../claude/payer.ts'
import type { Usage } from '../claude/usage.ts'
import { checkDraft, type Material } from './check-draft.ts'
import type { DecisionDraft } from './decision.ts'
import { draftSchema } from './draft-schema.ts'
import type { ThreadMessage } from './thread.ts'
import { isoDay } from '../lib/iso-day.ts'

export interface DraftRequest extends Material {
  /** What the person who asked said beyond asking, such as a title. */
  wish: string
  /** `owner/name` that the channel or thread is about. */
  repository: string | undefined
}

/** `instructions` is prompts/decision.md; `modelName` the main model, to price an answer that failed. */
export interface Drafter {
  claude: Pick<Claude, 'extract'>
  instructions: string
  modelName: string
  now: () => number
  /** Default: nobody watches what it costs. */
  payer?: Payer
}

/** Drafts of what a thread decided, none of them stored; or what is missing for one, in the model's words. */
export type Drafting = { model: string; usage: Usage } & (
  | { kind: 'drafts'; drafts: DecisionDraft[] }
  | { kind: 'nothing-decided'; missing: string }
  | { kind: 'failed'; failure: ExtractionFailure }
)

/** Room for two long records and the thinking before them. */
const maxTokens = 16_000

/** Has the model read a thread, and checks every source it names. A failure of the model is a value, never thrown. */
export async function draftDecision(
  { claude, instructions, modelName, now, payer }: Drafter,
  request: DraftRequest,
  signal: AbortSignal,
): Promise<Drafting> {
  const prompt = renderRequest(request, now())
  const system = [{ text: instructions }]
  const result = await claude.extract(
    { schema: draftSchema, system, prompt, maxTokens, use: 'main', ...(payer && { payer }) },
    signal,
  )
  const used = { model: result.ok ? result.model : modelName, usage: result.usage }
  if (!result.ok) return { kind: 'failed', failure: result.failure, ...used }
  const { holds, missing, records } = result.value
  const drafts = records
    .map((told) => checkDraft(told, request, request.repository, now()))
    .filter(({ body: { title, outcome } }) => title !== '' && outcome.option !== '')
  if (holds === 'nothing' || drafts.length === 0) return { kind: 'nothing-decided', missing: missing.trim(), ...used }
  return { kind: 'drafts', drafts, ...used }
}

function renderRequest({ messages, code, wish }: DraftRequest, now: number): string {
  const parts = [
    `Today is ${isoDay(now)}.`,
    `Thread:\n${messages.map(renderMessage).join('\n')}`,
    code.length > 0 ? `Code:\n${code.map(({ place, text }) => `${place} ${text}`).join('\n')}` : '',
    wish.trim() === '' ? '' : `Who asked for the record said: ${wish.trim()}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function renderMessage({ ts, authorName, authorId, fromArchitect, text }: ThreadMessage): string {
  return `[${ts}] ${fromArchitect ? 'Architect' : `${authorName} (${authorId})`}: ${text}`
}
