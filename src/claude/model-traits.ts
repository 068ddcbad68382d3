/**
 * What a model is known to accept, by name. Models of the 4.5 generation have no adaptive thinking; every later one has,
 * and some of those refuse everything else (Anthropic models overview, November 2026).
 */
export function hasAdaptiveThinking(model: string): boolean {
  return !/^claude-(?:3|(?:haiku|sonnet|opus)-4-5|(?:sonnet|opus)-4-[01]\b|(?:sonnet|opus)-4-20)/.test(model)
}

/** Whether `output_config.effort` may be sent: the models with adaptive thinking, and Opus 4.5. */
export function hasEffort(model: string): boolean {
  return hasAdaptiveThinking(model) || model.startsWith('claude-opus-4-5')
}
