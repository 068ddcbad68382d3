import { createHash } from 'node:crypto'

import { countTokens } from './tokens.ts'
import { blocksOf, type CacheControl, type WireBody, type WireUsage } from './wire.ts'

interface Segment {
  readonly text: string
  readonly tokens: number
  readonly ttl: '5m' | '1h' | undefined
}

type InputUsage = Omit<WireUsage, 'output_tokens'>

const lifetimeMs = { '5m': 5 * 60_000, '1h': 60 * 60_000 }
/** How many blocks before a breakpoint the API looks for an entry of an earlier request. */
const lookBack = 20

/** Remembers prompt prefixes that end at a breakpoint, byte for byte, as the API does. */
export class PromptCache {
  readonly #minTokens: number
  readonly #now: () => number
  readonly #entries = new Map<string, { expiresAt: number; ttl: '5m' | '1h' }>()

  constructor(minTokens: number, now: () => number) {
    this.#minTokens = minTokens
    this.#now = now
  }

  /** What this prompt reads and writes; the writes are in the cache afterwards. */
  use(body: WireBody): InputUsage {
    const segments = toSegments(body)
    const keys = prefixKeys(body, segments)
    const hit = this.#longestHit(segments, keys)
    const written = { '5m': 0, '1h': 0 }
    let covered = hit + 1
    for (const [index, segment] of segments.entries()) {
      if (!segment.ttl || sumTokens(segments, 0, index + 1) < this.#minTokens) continue
      this.#remember(keys[index], segment.ttl)
      if (index < covered) continue
      written[segment.ttl] += sumTokens(segments, covered, index + 1)
      covered = index + 1
    }
    return {
      input_tokens: sumTokens(segments, covered, segments.length),
      cache_read_input_tokens: sumTokens(segments, 0, hit + 1),
      cache_creation_input_tokens: written['5m'] + written['1h'],
      cache_creation: { ephemeral_5m_input_tokens: written['5m'], ephemeral_1h_input_tokens: written['1h'] },
    }
  }

  #longestHit(segments: readonly Segment[], keys: readonly string[]): number {
    for (let end = segments.length - 1; end >= 0; end -= 1) {
      if (!segments[end]?.ttl) continue
      for (let index = end; index >= Math.max(0, end - lookBack); index -= 1) {
        const entry = this.#entries.get(keys[index] ?? '')
        if (!entry || entry.expiresAt <= this.#now()) continue
        entry.expiresAt = this.#now() + lifetimeMs[entry.ttl]
        return index
      }
    }
    return -1
  }

  #remember(key: string | undefined, ttl: '5m' | '1h'): void {
    if (key) this.#entries.set(key, { expiresAt: this.#now() + lifetimeMs[ttl], ttl })
  }
}

/** All prompt tokens, cached or not. */
export function promptTokens(body: WireBody): number {
  const segments = toSegments(body)
  return sumTokens(segments, 0, segments.length)
}

function toSegments(body: WireBody): Segment[] {
  const parts: { value: object; cache: CacheControl | null | undefined }[] = []
  for (const tool of body.tools ?? []) parts.push({ value: tool, cache: tool.cache_control })
  for (const block of blocksOf(body.system ?? [])) parts.push({ value: block, cache: block.cache_control })
  for (const message of body.messages) {
    for (const block of blocksOf(message.content)) {
      parts.push({ value: { role: message.role, block }, cache: block.cache_control })
    }
  }
  return parts.map(({ value, cache }, index) => {
    const isLast = index === parts.length - 1
    const text = JSON.stringify(value, (key, inner: unknown) => (key === 'cache_control' ? undefined : inner))
    return { text, tokens: countTokens(text), ttl: ttlOf(cache ?? (isLast ? body.cache_control : undefined)) }
  })
}

function ttlOf(cache: CacheControl | null | undefined): '5m' | '1h' | undefined {
  if (!cache) return undefined
  return cache.ttl === '1h' ? '1h' : '5m'
}

/** One key per prefix; a changed model, thinking mode, tool choice or shape of the answer is another prompt. */
function prefixKeys(body: WireBody, segments: readonly Segment[]): string[] {
  let previous = JSON.stringify([
    body.model,
    body.thinking ?? null,
    body.tool_choice ?? null,
    body.output_config?.format ?? null,
  ])
  return segments.map(({ text }) => {
    previous = createHash('sha256').update(previous).update('\n').update(text).digest('hex')
    return previous
  })
}

function sumTokens(segments: readonly Segment[], from: number, to: number): number {
  return segments.slice(from, to).reduce((sum, segment) => sum + segment.tokens, 0)
}
