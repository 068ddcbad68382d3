import { propertyOf, type CallNode } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { objectOf } from '../../facts/sessions.ts'
import type { Codebase } from '../../codebase.ts'
import { requestOf } from '../places.ts'
import { requestCalls } from '../security/ssrf.ts'
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
    const defaults = codebase.production.some((file) =>
      /axios\.defaults\.timeout|setGlobalDispatcher|got\.extend\([^)]*timeout|http\.globalAgent/.test(file.text),
    )
    if (defaults) return
    for (const { call, file, name } of codebase.index.named(requestCalls)) {
      if (
        /^(axios\.(create|default)|puppeteer)|HttpService/.test(name) ||
        /create\(\)/.test(name) ||
        !requestOf(codebase, call)
      )
        continue
      if (limits(call, file, codebase) || /\.setTimeout\(|timeout/i.test(file.text.slice(call.start, call.end + 120)))
        continue
      yield { file, node: call, message: `\`${name}\` has no time limit.` }
    }
  },
}

function limits(call: CallNode, file: SourceFile, codebase: Codebase): boolean {
  return call.arguments.some((argument) => {
    const options = objectOf(argument, file, codebase.meanings)?.node
    if (
      options &&
      (propertyOf(options, 'timeout') ||
        propertyOf(options, 'signal') ||
        propertyOf(options, 'dispatcher') ||
        propertyOf(options, 'agent'))
    )
      return true
    return argument.type === 'Identifier' && /opt|config|init|request|params/i.test(argument.name) && !options
  })
}
