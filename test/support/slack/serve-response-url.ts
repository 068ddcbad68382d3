import type { IncomingMessage, ServerResponse } from 'node:http'
import { Args } from './args.ts'
import type { Core } from './core.ts'
import { showResponse } from './show-response.ts'
import { parseArguments, readBody } from './read-body.ts'
import { Refusal } from './refusal.ts'

/** A POST to a response_url: shows, replaces or deletes a message for the person who acted. */
export async function serveResponseUrl(
  core: Core,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = (await readBody(request)).toString('utf8')
  const parsed = parseArguments(request.headers['content-type'] ?? '', body)
  if ('error' in parsed) return answer(response, 400, { ok: false, error: parsed.error })
  const target = core.responseUrls.spend(path)
  if ('error' in target) return answer(response, 404, { ok: false, error: target.error })
  try {
    showResponse(core, target, new Args(parsed.values))
    answer(response, 200, { ok: true })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    answer(response, 404, { ok: false, error: error.code, ...error.extra })
  }
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}
