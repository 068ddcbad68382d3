import { promptTokens, type Usage } from './usage.ts'

/** US dollars per million tokens. Cache prices are multiples of `input`. */
interface Price {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  /** Above this many prompt tokens in one call, the whole call costs `factor` times as much. */
  readonly long?: { readonly abovePromptTokens: number; readonly factor: number }
}

/** Writing to the cache costs this many times the input price (Anthropic pricing page, November 2026). */
const cacheWrite = { fiveMinutes: 1.25, oneHour: 2 }

/**
 * Anthropic pricing page, November 2026. Only models whose price was found are listed. The cache-read factor is
 * published for Sonnet 5.5; for the others it is the usual tenth.
 */
const prices: ReadonlyMap<string, Price> = new Map([
  ['claude-opus-5-5', { input: 4, output: 20, cacheRead: 0.1 }],
  ['claude-sonnet-5-5', { input: 2, output: 10, cacheRead: 0.05 }],
  ['claude-haiku-5-5', { input: 0.1, output: 0.5, cacheRead: 0.1, long: { abovePromptTokens: 100_000, factor: 5 } }],
  ['claude-fable-5-1', { input: 10, output: 50, cacheRead: 0.1 }],
])

/**
 * What one call cost in US dollars, or undefined when the model's price is not known, which is not the same as free.
 * Give it calls one by one: the long-prompt price goes by the single call, so a sum of calls would be overcharged.
 */
export function costOf(model: string, usage: Usage): number | undefined {
  const price = prices.get(model.replace(/-\d{8}$/, ''))
  return price && costAt(price, usage)
}

/** What one call costs in US dollars, where the dearest known price stands in for one that is not known. */
export function costAtMost(model: string, usage: Usage): number {
  return costOf(model, usage) ?? Math.max(...prices.values().map((price) => costAt(price, usage)))
}

function costAt(price: Price, usage: Usage): number {
  const input =
    usage.inputTokens +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWrite5mTokens * cacheWrite.fiveMinutes +
    usage.cacheWrite1hTokens * cacheWrite.oneHour
  const dollars = (input * price.input + usage.outputTokens * price.output) / 1_000_000
  const isLong = price.long !== undefined && promptTokens(usage) > price.long.abovePromptTokens
  return isLong && price.long ? dollars * price.long.factor : dollars
}
