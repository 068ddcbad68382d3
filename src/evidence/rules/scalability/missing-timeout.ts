import type { Codebase } from '../../codebase.ts'
import { functionAround } from '../../parse/ast.ts'
import { atOnce, says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const missingTimeout: Rule = {
  id: 'missing-timeout',
  category: 'missing-timeout',
  severity: 'medium',
  confidence: 'medium',
  title: 'An outgoing call may wait for ever',
  why: 'When the other side hangs, requests pile up here until this service hangs too: `axios` and `node:http` wait for ever, `fetch` five minutes for the headers.',
  effects: {
    latency: 'As long as the other side likes.',
    memory: 'Each waiting request keeps its objects and sockets.',
  },
  fix: {
    say: 'Give each call a time limit below that of your own callers.',
    code: {
      any: 'const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })\n// axios: axios.create({ timeout: 5_000 })',
    },
  },
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/API/AbortSignal/timeout_static',
    'https://axios-http.com/docs/req_config',
  ],
  *find(codebase) {
    if (codebase.production.some(setsDefault)) return
    const open = codebase.asyncWork.outgoing.filter(
      // ky gives up after ten seconds by itself.
      ({ call, client, limited }) =>
        !limited &&
        !/^(axios\.default|puppeteer|ky\b)|Headers$/.test(client) &&
        !(client.startsWith(ofNest) && codebase.production.some(setsUpHttp)) &&
        requestOf(codebase, call),
    )
    // One client with a limit mends all its calls.
    const byInstance = Map.groupBy(open, ({ instance }) => instance?.node)
    for (const [instance, calls] of byInstance) {
      const [first] = calls
      if (!instance || !first?.instance) continue
      yield {
        ...first.instance,
        also: calls.map(({ file, line }) => ({ path: file.path, line })),
        message: `\`${first.client.replace(/\(.*/, '')}\` sets no time limit, and no call has one of its own.`,
      }
    }
    const seen = new Set<SourceFile>()
    for (const { call, file, client } of byInstance.get(undefined) ?? []) {
      yield {
        file,
        node: call,
        ...(seen.has(file) ? { severity: 'info' } : {}),
        message: `\`${client.replace(ofNest, 'HttpService')}\` is given no time limit.`,
      }
      seen.add(file)
    }
    yield* silentSockets(codebase)
  },
}

const ofNest = '@nestjs/axios.HttpService()'
const setsUpHttp = says(/\bHttpModule\.register|\baxiosRef\b/)

/** `net.connect(port, host)` with nothing that ends the wait for a peer that says nothing. */
function* silentSockets(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(/^(net|tls)\.(createConnection|connect)$/)) {
    const around = functionAround(call)
    if (!around || !requestOf(codebase, call) || /timeout/i.test(file.text.slice(around.start, around.end))) continue
    yield { file, node: call, message: `\`${name}\` is given no time limit.` }
  }
}

const setsDefault = atOnce(
  ({ names, text }: SourceFile) =>
    ['defaults', 'setGlobalDispatcher', 'extend', 'globalAgent'].some((name) => names.has(name)) &&
    /axios\.defaults\.timeout|setGlobalDispatcher|got\.extend\([^)]*timeout|http\.globalAgent/.test(text),
)
