import type { Claude } from '../../claude/create-claude.ts'
import type { Extraction } from '../../claude/extract.ts'
import type { Effort } from '../../claude/model.ts'
import type { Payer } from '../../claude/payer.ts'
import { type Answer, answerSchema } from './answer-schema.ts'
import type { SharedPrompt } from './build-prompt.ts'

export interface Interview {
  readonly claude: Pick<Claude, 'extract'>
  readonly shared: SharedPrompt
  readonly effort: Effort
  readonly payer: Payer
}

/** Asks one question over the shared prompt, if its worst case fits the cap. Never throws for what the provider does. */
export function askModel(
  { claude, shared: { system, context }, effort, payer }: Interview,
  { prompt, maxTokens }: { readonly prompt: string; readonly maxTokens: number },
  signal: AbortSignal,
): Promise<Extraction<Answer>> {
  const question = { schema: answerSchema, system, context, prompt, maxTokens, effort, use: 'main' as const }
  return claude.extract({ ...question, payer, countsPrompt: true }, signal)
}
