import type { IncomingMessage } from 'node:http'
import { isObject } from './json.ts'

/** Reads a whole request body into memory. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The arguments in a body, or the error code Slack answers when it cannot read them. */
export function parseArguments(
  contentType: string,
  body: string,
): { values: Record<string, unknown> } | { error: string } {
  if (body === '') return { values: {} }
  if (contentType.startsWith('application/json')) return parseJsonArguments(body)
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { values: Object.fromEntries(new URLSearchParams(body)) }
  }
  return { error: contentType === '' ? 'missing_post_type' : 'invalid_post_type' }
}

function parseJsonArguments(body: string): { values: Record<string, unknown> } | { error: string } {
  try {
    const parsed: unknown = JSON.parse(body)
    return isObject(parsed) ? { values: parsed } : { error: 'json_not_object' }
  } catch {
    return { error: 'invalid_json' }
  }
}
