import type { TurnSource } from '../../db/schema.ts'
import type { SpeechFooter } from '../../turns/voice.ts'

const sourcesShown = 4

/** The quiet line under an answer: sources, what was left out, model, tokens and cost. Empty when there is nothing to tell. */
export function renderFooter({ sources, leftOut, model }: SpeechFooter): string {
  return [renderSources(sources), ...leftOut.map(escapeText), model ? renderModel(model) : 'no model, no cost']
    .filter(Boolean)
    .join('  ·  ')
    .slice(0, 1900)
}

function renderSources(sources: readonly TurnSource[]): string {
  const unique = [...new Map(sources.map((source) => [source.url, source])).values()]
  if (unique.length === 0) return ''
  const shown = unique.slice(0, sourcesShown).map(({ label, url }) => `<${url}|${escapeText(label)}>`)
  const more = unique.length > sourcesShown ? ` and ${unique.length - sourcesShown} more` : ''
  return `Read: ${shown.join(', ')}${more}`
}

function renderModel({ name, tokens, costUsd }: NonNullable<SpeechFooter['model']>): string {
  return `${name}, ${tokens.toLocaleString('en-US')} tokens, ${formatCost(costUsd)}`
}

/** A cost in US dollars as people read it; a price that is not known is said to be so. */
export function formatCost(costUsd: number | undefined): string {
  if (costUsd === undefined) return 'cost unknown'
  if (costUsd === 0) return '$0'
  return costUsd < 0.01 ? `$${costUsd.toFixed(4)}` : `$${costUsd.toFixed(2)}`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '/')
}
