/** The parts of the Messages API's bodies that the stand-in looks at. */
export interface WireBlock {
  readonly type: string
  readonly text?: string
  readonly thinking?: string
  readonly signature?: string
  readonly id?: string
  readonly name?: string
  readonly input?: unknown
  readonly tool_use_id?: string
  readonly is_error?: boolean
  readonly content?: string | readonly WireBlock[]
  readonly citations?: unknown
  readonly cache_control?: CacheControl | null
}

export interface CacheControl {
  readonly type: string
  readonly ttl?: string
}

export interface WireMessage {
  readonly role: string
  readonly content: string | readonly WireBlock[]
}

interface WireTool {
  readonly name: string
  readonly type?: string
  readonly description?: string
  readonly input_schema?: Readonly<Record<string, unknown>>
  readonly cache_control?: CacheControl | null
}

export interface WireBody {
  readonly model: string
  readonly max_tokens: number
  readonly messages: readonly WireMessage[]
  readonly system?: string | readonly WireBlock[]
  readonly tools?: readonly WireTool[]
  readonly tool_choice?: { readonly type: string }
  readonly thinking?: { readonly type: string; readonly display?: string }
  readonly output_config?: { readonly effort?: string; readonly format?: WireFormat }
  readonly cache_control?: CacheControl | null
  readonly stream?: boolean
}

export interface WireFormat {
  readonly type: string
  readonly schema?: unknown
}

export interface WireUsage {
  readonly input_tokens: number
  readonly cache_creation_input_tokens: number
  readonly cache_read_input_tokens: number
  readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number }
  readonly output_tokens: number
}

export interface WireError {
  readonly status: number
  readonly type: string
  readonly message: string
}

/** A message's content as blocks, whichever way it was written. */
export function blocksOf(content: string | readonly WireBlock[]): readonly WireBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

export function invalid(message: string): WireError {
  return { status: 400, type: 'invalid_request_error', message }
}
