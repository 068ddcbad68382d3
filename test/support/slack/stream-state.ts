/** How long Slack keeps a stream open, appends or not (node-slack-sdk#2702). */
const STREAM_LIFETIME_MS = 5 * 60_000

/** What Slack accepts in one markdown_text, and in a whole streamed message when it is stopped. */
export const MARKDOWN_TEXT_LIMIT = 12_000

interface StreamTask {
  kind: 'task'
  id: string
  title: string
  status: string
  details?: string
  output?: string
  sources: { url: string; text: string }[]
}

export type StreamPart =
  | { kind: 'markdown'; text: string }
  | { kind: 'plan'; title: string }
  | { kind: 'blocks'; blocks: (Record<string, unknown> & { type: string })[] }
  | StreamTask

export interface StreamState {
  startedAtMs: number
  state: 'open' | 'stopped' | 'stopped_by_user'
  parts: StreamPart[]
  recipientUserId?: string
}

/** True while the stream is neither stopped nor older than Slack keeps it. */
export function isStreaming(stream: StreamState | undefined, nowMs: number): boolean {
  return stream?.state === 'open' && nowMs - stream.startedAtMs <= STREAM_LIFETIME_MS
}

/** All Markdown streamed so far, without steps and blocks. */
export function streamedMarkdown(stream: StreamState): string {
  return stream.parts.map((part) => (part.kind === 'markdown' ? part.text : '')).join('')
}
