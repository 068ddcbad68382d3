import type { Codebase } from '../../codebase.ts'
import { knownText } from '../../facts/known-text.ts'
import { objectOf } from '../../facts/sessions.ts'
import { ancestor, keyOf, propertyOf, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { inDevelopment } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { headOf } from '../url-start.ts'

export const plainCall: Rule = {
  id: 'plain-call',
  category: 'insecure-transport',
  severity: 'low',
  confidence: 'high',
  title: 'A call to another service is not encrypted',
  why: 'Everyone on the way reads what is sent and can change the answer.',
  effects: { safety: 'Keys, personal data and answers are read and forged on the way.' },
  fix: { say: 'Call the address with TLS.', code: { any: "await fetch('https://api.example.com/v1/charges')" } },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html'],
  *find(codebase) {
    yield* bySentence(plainCalls(codebase))
  },
}

function* plainCalls(codebase: Codebase): Iterable<Match> {
  const sockets = codebase.index.named(/^(ws(\.(default|WebSocket))?|WebSocket|axios\.create)$/)
  for (const { call, file } of [...codebase.asyncWork.outgoing, ...sockets]) {
    const url = addressOf(call, file, codebase)
    const [, scheme = '', host = ''] = /^(http|ws):\/\/([^/?#]+)/i.exec(beginningOf(url, file, codebase)) ?? []
    if (host === '' || isNear(host) || inDevelopment(call, file) || isInUnusedGetter(call, codebase)) continue
    const severity = sends(call) ? ({ severity: 'medium' } as const) : {}
    yield {
      file,
      node: call,
      ...severity,
      message: `\`${host}\` is called by \`${scheme}:\`, which everyone on the way reads.`,
    }
  }
}

/** A getter that no file names runs for nobody. */
function isInUnusedGetter(call: Node, { production }: Codebase): boolean {
  const getter = ancestor(call, (at) => at.type === 'MethodDefinition' && at.kind === 'get')
  const name = getter?.type === 'MethodDefinition' ? keyOf(getter) : undefined
  if (name === undefined) return false
  const uses = production.reduce((sum, { text }) => sum + text.split(name).length - 1, 0)
  return uses === 1
}

/** The address itself, or the option that holds it. */
function addressOf({ arguments: [first] }: CallNode, file: SourceFile, codebase: Codebase): Node | undefined {
  const options = first && objectOf(first, file, codebase.meanings)?.node
  if (!options) return first
  return ['url', 'uri', 'baseURL'].flatMap((name) => propertyOf(options, name) ?? [])[0]
}

/** The text an address begins with, through names and joins; empty where only running the program tells. */
function beginningOf(node: Node | undefined, file: SourceFile, codebase: Codebase, depth = 0): string {
  if (!node || depth > 5) return ''
  const inner = unwrap(node)
  const text = knownText(inner, file, codebase)?.text
  if (text !== undefined) return text
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const before = binding ? (binding.writes.length === 0 ? binding.init : undefined) : headOf(inner)
  return beginningOf(before, file, codebase, depth + 1)
}

/** Machines that a name alone does not lead to from outside, and names that manuals keep for themselves. */
function isNear(host: string): boolean {
  const [name = ''] = host.replace(/^.*@/, '').split(/:\d*$/)
  return (
    !/\w\.[a-z]{2,}$/i.test(name) ||
    /(^|\.)(localhost|local|internal|svc|lan|test|example(\.(com|org|net))?|docker\.internal|cluster\.local)$/i.test(
      name,
    )
  )
}

/** `axios.post(…)`: something is sent along. */
function sends({ callee }: CallNode): boolean {
  return callee.type === 'MemberExpression' && /^(post|put|patch)$/.test(keyOf(callee) ?? '')
}
