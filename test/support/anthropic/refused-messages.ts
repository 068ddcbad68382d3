import type { ModelFacts } from './models.ts'
import { blocksOf, invalid, type WireBlock, type WireBody, type WireError, type WireMessage } from './wire.ts'

/** Blocks no message may contain. */
export function refusedContent(body: WireBody): WireError | undefined {
  if (!Array.isArray(body.messages) || body.messages.length === 0) return invalid('messages: at least one is required')
  for (const [at, message] of body.messages.entries()) {
    if (!['user', 'assistant', 'system'].includes(message.role)) return invalid(`messages.${at}.role: unexpected role`)
    const blocks = blocksOf(message.content)
    if (blocks.length === 0) return invalid(`messages.${at}: all messages must have non-empty content`)
    for (const [index, block] of blocks.entries()) {
      const problem = refusedBlock(block, message.role)
      if (problem) return invalid(`messages.${at}.content.${index}.${problem}`)
    }
  }
  const blank = blocksOf(body.system ?? []).some((block) => !block.text?.trim())
  return blank ? invalid('system: text content blocks must contain non-whitespace text') : undefined
}

function refusedBlock(block: WireBlock, role: string): string | undefined {
  if (block.type === 'text' && !block.text?.trim()) return 'text: text content blocks must contain non-whitespace text'
  if (block.type === 'text' && role === 'user' && Array.isArray(block.citations) && block.citations.length > 0) {
    return 'citations: not permitted on user text'
  }
  if (block.type === 'document' && role === 'assistant') return 'document: not permitted in assistant messages'
  if (block.type === 'tool_use' && role !== 'assistant') return 'tool_use: only in assistant messages'
  if (block.type === 'tool_result' && role !== 'user') return 'tool_result: only in user messages'
  return undefined
}

/** Order of turns, prefill, and tool calls without results or the reverse. */
export function refusedTurns(
  { messages }: WireBody,
  model: ModelFacts,
  isPaused: (message: WireMessage) => boolean,
): WireError | undefined {
  if (messages[0]?.role === 'assistant') return invalid('messages: first message must use the "user" role')
  const last = messages.at(-1)
  if (last?.role === 'assistant' && !model.olderWays && !isPaused(last)) {
    return invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    )
  }
  for (const [at, message] of messages.entries()) {
    const problem = unansweredCall(message, messages[at + 1], at) ?? resultWithoutCall(message, messages[at - 1], at)
    if (problem) return problem
  }
  return undefined
}

function unansweredCall(message: WireMessage, next: WireMessage | undefined, at: number): WireError | undefined {
  const asked = idsOf(message, 'tool_use', 'id')
  if (asked.length === 0) return undefined
  const results = next ? leadingResults(next) : []
  const missing = asked.filter((id) => !results.includes(id))
  if (missing.length === 0) return undefined
  return invalid(
    `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}.`,
  )
}

function resultWithoutCall(message: WireMessage, previous: WireMessage | undefined, at: number): WireError | undefined {
  const asked = previous ? idsOf(previous, 'tool_use', 'id') : []
  const given = idsOf(message, 'tool_result', 'tool_use_id')
  if (new Set(given).size < given.length) return invalid(`messages.${at}: each tool_use must have a single result`)
  const stray = given.find((id) => !asked.includes(id))
  return stray
    ? invalid(`messages.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`)
    : undefined
}

function idsOf(message: WireMessage, type: string, field: 'id' | 'tool_use_id'): string[] {
  return blocksOf(message.content).flatMap((block) => (block.type === type ? (block[field] ?? '') : []))
}

/** Results count only when nothing stands before them. */
function leadingResults(message: WireMessage): (string | undefined)[] {
  const blocks = blocksOf(message.content)
  const end = blocks.findIndex((block) => block.type !== 'tool_result')
  return blocks.slice(0, end === -1 ? undefined : end).map((block) => block.tool_use_id)
}

/** At most four breakpoints, and the longer-lived ones first. */
export function refusedBreakpoints(body: WireBody): WireError | undefined {
  const blocks = [
    ...(body.tools ?? []),
    ...blocksOf(body.system ?? []),
    ...body.messages.flatMap((message) => blocksOf(message.content)),
    body,
  ]
  const ttls = blocks.flatMap((block) => (block.cache_control ? [block.cache_control.ttl ?? '5m'] : []))
  if (ttls.length > 4) return invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${ttls.length}.`)
  if (ttls.some((ttl) => ttl !== '5m' && ttl !== '1h'))
    return invalid("cache_control.ttl: Input should be '5m' or '1h'")
  if (ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m')) {
    return invalid("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")
  }
  return undefined
}
