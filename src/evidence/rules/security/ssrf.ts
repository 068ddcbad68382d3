import { literalText, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { isChecked, sourceText } from '../places.ts'
import { startsWithInput } from '../url-start.ts'
import type { Rule } from '../rule.ts'

export const ssrf: Rule = {
  id: 'ssrf',
  category: 'ssrf',
  severity: 'high',
  confidence: 'high',
  title: 'The server calls an address the caller chooses',
  why: 'From inside the network the server reaches what the caller cannot: metadata services, databases, admin pages.',
  effects: { safety: 'The caller reads internal services through this server.' },
  fix: {
    say: 'Choose the host from a fixed list; let the caller choose only a key.',
    code: {
      any: "const hosts = { stocks: 'https://api.example.com' }\nconst host = hosts[req.query.source]\nif (!host) return res.status(400).json({ error: 'unknown source' })\nconst answer = await fetch(new URL('/v1/quote', host), { signal: AbortSignal.timeout(5_000) })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    for (const { call, file, client } of codebase.asyncWork.outgoing) {
      const url = urlOf(call.arguments)
      if (!url || literalText(url) !== undefined) continue
      const trace = codebase.flow.trace(url, file, addressKeys)
      if (!trace || trace.marks.has('sanitized') || isChecked(trace, call, file)) continue
      if (!startsWithInput(url, file, codebase)) continue
      if (/ssrf/i.test(file.text.slice(call.start, call.end))) continue
      yield {
        file,
        node: call,
        message: `\`${client}\` is sent to an address from ${sourceText(trace, file, url)}.`,
        steps: trace.steps,
      }
    }
  },
}

const addressKeys: ReadonlySet<string> = new Set(['url', 'uri', 'href', 'hostname', 'host', 'baseURL'])

function urlOf(list: readonly Node[]): Node | undefined {
  const [first, second] = list
  if (first && second && /^(get|post|put|patch|delete|head)$/i.test(literalText(first) ?? '')) return second
  const inner = first && unwrap(first)
  if (inner?.type !== 'ObjectExpression') return first
  return (
    propertyOf(inner, 'url') ??
    propertyOf(inner, 'uri') ??
    propertyOf(inner, 'hostname') ??
    propertyOf(inner, 'host') ??
    propertyOf(inner, 'baseURL')
  )
}
