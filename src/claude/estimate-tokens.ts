/**
 * A rough count of tokens, about 3.5 characters each: good for budgets and for deciding when to summarise, not for
 * billing. Errs on the high side for English prose and code.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5)
}
