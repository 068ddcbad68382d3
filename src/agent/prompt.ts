import type { ModelMessage, SystemBlock, TextBlock } from '../claude/model.ts'
import { envelopeRule, wrapUntrusted } from './envelope.ts'

/** A turn that is over, as plain text; what tools said and how the model thought is not kept. */
export interface FinishedTurn {
  readonly user: string
  readonly assistant: string
}

/** Something from outside that the model should know, such as an older message or a decision. */
export interface Material {
  readonly title: string
  readonly text: string
}

export interface PromptParts {
  /** Who the model is; the same bytes for every thread of every workspace. */
  readonly persona: string
  /** What holds for the whole workspace or channel, such as its accepted decisions. */
  readonly workspace: readonly Material[]
  /** What an earlier part of the thread came to: a summary and the facts anchored in it. */
  readonly memory: readonly Material[]
  readonly turns: readonly FinishedTurn[]
  readonly newest: {
    readonly text: string
    /** What changes with every turn: the date, who asks, what was looked up for this question. */
    readonly material: readonly Material[]
  }
}

export interface Prompt {
  readonly system: readonly SystemBlock[]
  readonly messages: readonly ModelMessage[]
}

const maxMaterialChars = 60_000

/**
 * The prompt in the order in which its parts change, rarest first, so that the provider's cache can keep what stayed
 * the same. Pure: the same parts give the same bytes, and a longer thread starts with the bytes of the shorter one.
 */
export function assemblePrompt({ persona, workspace, memory, turns, newest }: PromptParts): Prompt {
  return {
    system: [
      { text: `${persona.trim()}\n\n${envelopeRule}`, cache: '1h' },
      ...(workspace.length > 0 ? [{ text: workspace.map(show).join('\n\n'), cache: '1h' as const }] : []),
    ],
    messages: [
      ...(memory.length > 0 ? [message('user', { type: 'text', text: memory.map(show).join('\n\n') })] : []),
      ...turns.flatMap(showTurn),
      message('user', ...showNewest(newest)),
    ],
  }
}

function show({ title, text }: Material): string {
  return `${title}:\n${wrapUntrusted(text, 'context', maxMaterialChars).text}`
}

/** A turn without an answer was stopped; the model should not take its own silence for a reply. */
function showTurn({ user, assistant }: FinishedTurn): ModelMessage[] {
  const answer = assistant.trim() === '' ? '(This turn ended without an answer.)' : assistant
  return [message('user', { type: 'text', text: user }), message('assistant', { type: 'text', text: answer })]
}

/** The breakpoint stands before the material, which the next turn will not repeat. */
function showNewest({ text, material }: PromptParts['newest']): TextBlock[] {
  if (material.length === 0) return [{ type: 'text', text }]
  return [
    { type: 'text', text, cache: '5m' },
    { type: 'text', text: material.map(show).join('\n\n') },
  ]
}

function message(role: ModelMessage['role'], ...content: TextBlock[]): ModelMessage {
  return { role, content }
}
