const before46 = /^claude-(?:3|(?:haiku|sonnet|opus)-4-5|(?:sonnet|opus)-4-[01]\b|(?:sonnet|opus)-4-20)/

/**
 * What a model is known to accept, by name. Claude models from 4.6 on have adaptive thinking, and some of them refuse
 * everything else (Anthropic models overview, November 2026). A name of another maker is asked for nothing special.
 */
export function hasAdaptiveThinking(model: string): boolean {
  return model.startsWith('claude-') && !before46.test(model)
}

/** Whether `output_config.effort` may be sent: the models with adaptive thinking, and Opus 4.5. */
export function hasEffort(model: string): boolean {
  return hasAdaptiveThinking(model) || model.startsWith('claude-opus-4-5')
}
