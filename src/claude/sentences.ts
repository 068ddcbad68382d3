import type { ExtractionFailure, RefusalCategory } from './failures.ts'

/** One sentence or two fit to post: what happened and what to do. Never the provider's own words. */
export function sentenceFor(failure: ExtractionFailure): string {
  switch (failure.kind) {
    case 'rate-limited':
      return `Claude is limiting how much we may ask right now. ${tryAgain(failure.retryAfterMs)}`
    case 'overloaded':
      return `Claude is overloaded at the moment. ${tryAgain(failure.retryAfterMs)}`
    case 'server-error':
      return `Claude had an error on its side. ${tryAgain(failure.retryAfterMs)}`
    case 'connection':
      return 'I could not reach Claude. Ask again in a minute; if it stays this way, check the network of the machine I run on.'
    case 'wrong-address':
      return 'The address I have for Claude does not answer like Claude. Whoever runs me should check ANTHROPIC_BASE_URL.'
    case 'stalled':
      return 'Claude stopped sending in the middle of its answer. Ask again to get a complete one.'
    case 'cut':
      return 'The connection to Claude broke in the middle of its answer. Ask again to get a complete one.'
    case 'refusal':
      return `Claude declined to answer this${refusalReason(failure.category)}. Put the question differently and ask again.`
    case 'context-too-long':
      return 'This is more than Claude can read at once. Ask about fewer files, or start a new thread.'
    case 'bad-key':
      return 'Claude does not accept our API key. Whoever runs me should check ANTHROPIC_API_KEY, then run `npm run doctor`.'
    case 'no-credit':
      return 'The Anthropic account is out of credit or has reached its spending limit. Whoever runs me should check its billing page.'
    case 'no-permission':
      return 'Our Anthropic API key is not allowed to do this. Whoever runs me should check what the key may use.'
    case 'unknown-model':
      return `Claude does not offer the model "${failure.model}" to us. Whoever runs me should check ARCHITECT_MODEL and ARCHITECT_SMALL_MODEL.`
    case 'invalid-request':
      return 'Claude did not accept the way I asked, which is a mistake in me and not in your question. The details are in my log.'
    case 'aborted':
      return 'I was stopped before the answer was complete.'
    case 'over-budget':
      return "What is left of today's budget does not pay for this; it starts anew at 00:00 UTC."
    case 'unusable-answer':
    default:
      return failure.reason === 'cut-short'
        ? 'Claude ran out of room before it finished. Ask about a smaller part.'
        : 'Claude answered in a form I cannot use. Ask again.'
  }
}

function tryAgain(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return 'Ask again in a minute.'
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  if (seconds < 90) return `Ask again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`
  return `Ask again in ${Math.ceil(seconds / 60)} minutes.`
}

function refusalReason(category: RefusalCategory | undefined): string {
  switch (category) {
    case 'cyber':
      return ': its safety filter took it for an attack, which happens to harmless security questions too'
    case 'bio':
    case 'general_harms':
      return ': its safety filter took it for something harmful, which it may not be'
    case 'frontier_llm':
      return ': its safety filter took it for work on a competing model'
    case 'reasoning_extraction':
      return ': its safety filter took it for a request to reveal its reasoning'
    case undefined:
    default:
      return ''
  }
}
