import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingTimeout: Rule = {
  id: 'missing-timeout',
  category: 'missing-timeout',
  severity: 'medium',
  confidence: 'medium',
  title: 'An outgoing call may wait for ever',
  why: 'When the other side hangs, requests pile up here until this service hangs too.',
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
    const seen = new Set<SourceFile>()
    for (const { call, file, client, limited } of codebase.asyncWork.outgoing) {
      // ky gives up after ten seconds by itself.
      if (/^(axios\.default|puppeteer|ky\b)|HttpService|Headers$/.test(client)) continue
      if (limited || !requestOf(codebase, call)) continue
      // One client with a limit mends all calls of a file.
      yield {
        file,
        node: call,
        ...(seen.has(file) ? { severity: 'info' } : {}),
        message: `\`${client}\` has no time limit.`,
      }
      seen.add(file)
    }
  },
}

const setsDefault = once((file: SourceFile) =>
  /axios\.defaults\.timeout|setGlobalDispatcher|got\.extend\([^)]*timeout|http\.globalAgent/.test(file.text),
)
