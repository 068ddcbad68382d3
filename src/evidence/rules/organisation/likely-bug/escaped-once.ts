import { keyOf, literalText, type Node } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** `text.replace("'", "''")`: with a text to look for, only the first place is changed. */
export function* escapedOnce(file: SourceFile): Iterable<Match> {
  for (const call of goingBy(methodCallsOf(file), 'replace')) {
    const [sought, given] = call.arguments
    const sign = isPlain(sought) ? (literalText(sought) ?? '') : ''
    if (!/^['"`<>&]$/.test(sign) || !isEscapeOf(sign, literalText(given) ?? '')) continue
    // The first of several in a chain is named.
    const { callee } = call
    const before = callee.type === 'MemberExpression' ? callee.object : undefined
    if (before?.type === 'CallExpression' && keyOf(before.callee) === 'replace' && isPlain(before.arguments[0]))
      continue
    yield {
      file,
      node: call,
      message: `Only the first \`${sign}\` is replaced: with a text to look for, \`replace\` changes one place.`,
    }
  }
}

function isPlain(node: Node | undefined): boolean {
  return node?.type === 'Literal' && !('regex' in node)
}

/** Doubled, behind a backslash, as an entity or a code; brackets may be left out. */
function isEscapeOf(sign: string, text: string): boolean {
  if (text === '') return /[<>]/.test(sign)
  return text === sign + sign || text === `\\${sign}` || /^(&#?\w+;|%[0-9a-f]{2}|\\u\w{4})$/i.test(text)
}
