import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface DisplayProxy extends AsyncDisposable {
  /** What the bot takes for Slack's address. */
  url: string
}

/** Stands between the bot and the local workspace, whose page shows neither code fences nor escaped signs, and rewrites messages so that it does. */
export async function startDisplayProxy(workspaceUrl: string): Promise<DisplayProxy> {
  const server = createServer((request, response) => {
    pass(workspaceUrl, request, response).catch(() => response.writeHead(502).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function pass(workspaceUrl: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString('utf8')
  const { authorization = '', 'content-type': type = '' } = request.headers
  const answer = await fetch(new URL(request.url ?? '/', workspaceUrl), {
    method: request.method ?? 'POST',
    headers: { authorization, 'content-type': type },
    ...(body && { body: type.includes('form-urlencoded') ? rewriteForm(body) : body }),
  })
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
  response.end(Buffer.from(await answer.arrayBuffer()))
}

function rewriteForm(body: string): string {
  const form = new URLSearchParams(body)
  for (const name of ['blocks', 'view']) {
    const json = form.get(name)
    if (json)
      form.set(
        name,
        JSON.stringify(JSON.parse(json), (key, value: unknown) => rewriteText(key, value)),
      )
  }
  return form.toString()
}

function rewriteText(key: string, value: unknown): unknown {
  if (key !== 'text' || typeof value !== 'string') return value
  return value
    .replaceAll(
      /```\n?([\s\S]*?)\n?```/g,
      (_fence, code: string) => code.split('\n').map(showCodeLine).join('\n') + '\n',
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** One line of code as inline code; the signs the page would take for formatting become ones that look like them. */
function showCodeLine(line: string): string {
  if (line.trim() === '') return ''
  const indented = line.replace(/^ +/, (spaces) => '\u00a0'.repeat(spaces.length))
  return `\`${indented.replaceAll('`', '\u02cb').replaceAll('*', '\u2217').replaceAll('~', '\u223c')}\``
}
