import type { Codebase } from '../../codebase.ts'
import { contains, keyOf, literalText, propertyOf, type FunctionNode, type Node } from '../../parse/ast.ts'
import { says } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Words } from '../rule.ts'

/** Limits that count by a header which whoever calls writes. */
export function* limitsByHeader(codebase: Codebase): Iterable<Match> {
  const limits = codebase.index.named(/^express-rate-limit(\.rateLimit)?$/)
  for (const { call, file } of limits) {
    const key = propertyOf(call.arguments[0], 'keyGenerator')
    if (key && forwarded.test(file.text.slice(key.start, key.end))) yield told(key, file)
  }
  if (limits.some(({ call }) => !propertyOf(call.arguments[0], 'keyGenerator'))) yield* believedProxies(codebase)
  for (const file of codebase.production) {
    if (!counts(file)) continue
    const limiter = file.functions.find((node) => isLimiter(node, file))
    const read = limiter && file.members.find((member) => isForwarded(member, limiter, file))
    if (read) yield told(read, file)
  }
}

/** Node.js keeps names of headers in small letters; methods look for either. */
const forwarded =
  /\bheaders\b[^\n]{0,4}\[['"]x-(forwarded-for|real-ip|client-ip)['"]|\.(get|header)\(\s*['"][xX]-([fF]orwarded-[fF]or|[rR]eal-[iI][pP])['"]/
const counts = says(/x-forwarded-for[\s\S]*\b429\b|x-real-ip[\s\S]*\b429\b/i)

/** A limiter of the project's own. */
function isLimiter(node: FunctionNode, { text }: SourceFile): boolean {
  const code = text.slice(node.start, node.end)
  return /\b429\b/.test(code) && forwarded.test(code)
}

function isForwarded(member: Node, limiter: FunctionNode, { text }: SourceFile): boolean {
  return (
    contains(limiter, member) &&
    /^[\w.?]*headers(\?\.)?\[['"]x-(forwarded-for|real-ip|client-ip)['"]\]$/.test(text.slice(member.start, member.end))
  )
}

/** `app.set('trust proxy', true)`: `req.ip`, by which the limit counts, is the first address of the header. */
function* believedProxies(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('set', 'enable')) {
    const [name, value] = call.arguments
    if (literalText(name) !== 'trust proxy' || !(keyOf(call.callee) === 'enable' || literalText(value) === 'true'))
      continue
    const message =
      'Every `X-Forwarded-For` is believed, and the limits on tries count by it: another value, and they begin anew.'
    yield { ...told(call, file), message }
  }
}

function told(node: Node, file: SourceFile): Match {
  return {
    file,
    node,
    line: lineOf(node, file),
    severity: 'medium',
    confidence: 'medium',
    words,
    message: 'Tries are counted by a header that the caller writes: another value, and they begin anew.',
  }
}

const words: Words = {
  title: 'A limit on tries can be passed by a header',
  why: '`X-Forwarded-For` begins with whatever the client sent; a proxy only adds what it saw itself.',
  effects: { safety: 'Passwords and codes are guessed without limit.' },
  fix: {
    say: 'Count by `req.ip`, and tell Express how many proxies stand in front.',
    code: { Express: "app.set('trust proxy', 1)\nconst limit = rateLimit({ windowMs: 60_000, limit: 10 })" },
  },
}
