/** Tokens one or more model calls used, as the provider bills them; input counts do not overlap. */
export interface Usage {
  /** Prompt tokens neither read from nor written to the cache. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  /** Includes thinking. */
  readonly outputTokens: number
}

export const noUsage: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
}

/** The sum of two usages, field by field. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWrite5mTokens: a.cacheWrite5mTokens + b.cacheWrite5mTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  }
}

/** What `a` has beyond `b`, field by field. */
export function subtractUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens - b.inputTokens,
    cacheReadTokens: a.cacheReadTokens - b.cacheReadTokens,
    cacheWrite5mTokens: a.cacheWrite5mTokens - b.cacheWrite5mTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens - b.cacheWrite1hTokens,
    outputTokens: a.outputTokens - b.outputTokens,
  }
}

/** All prompt tokens of one call, cached or not. */
export function promptTokens(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens
}
