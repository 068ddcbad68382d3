import type { ModelAccess } from '../claude/check-access.ts'
import type { ModelFailure } from '../claude/failures.ts'
import { sentenceFor } from '../claude/sentences.ts'
import type { Config } from '../config.ts'
import type { GitHubProblem } from '../github/problem.ts'

/** What an operator does about a model that cannot be asked. */
export function adviseOnModel(failure: ModelFailure, { baseUrl }: Config['claude']): string {
  if (failure.kind === 'bad-key')
    return 'Anthropic refuses ANTHROPIC_API_KEY: make a new key in its console and set that'
  if (failure.kind === 'connection')
    return `${new URL(baseUrl).host} cannot be reached: check the network of this machine and ANTHROPIC_BASE_URL`
  return sentenceFor(failure)
}

/** What an operator does about models that are not there, or will not be for long. */
export function adviseOnModels(models: readonly ModelAccess[], { model: main }: Config['claude']): string {
  const sentences = models.map(({ model, state, retiresAt }) => {
    const setting = model === main ? 'ARCHITECT_MODEL' : 'ARCHITECT_SMALL_MODEL'
    if (state === 'unknown') return `this key knows no model ${model}: correct ${setting}`
    if (state === 'retired') return `${model} is switched off: set ${setting} to a newer one`
    return `${model} is switched off${retiresAt ? ` on ${retiresAt.slice(0, 10)}` : ' soon'}: set ${setting} to a newer one`
  })
  return sentences.join('; ')
}

/** What an operator does about a GitHub that cannot be read. */
export function adviseOnGitHub({ kind, sentence }: GitHubProblem, { apiUrl, auth }: Config['github']): string {
  if (kind === 'unauthorised' && auth.kind === 'app')
    return 'GitHub refuses the App: GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY must be of the same App'
  if (kind === 'unauthorised')
    return 'GitHub refuses GITHUB_TOKEN: make a new one, or remove it to read public code only'
  if (kind === 'unavailable' || kind === 'timed-out')
    return `${new URL(apiUrl).host} does not answer as GitHub does: check the network of this machine and GITHUB_API_URL`
  return sentence
}
