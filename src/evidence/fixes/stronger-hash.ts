import { literalText } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Takes a hash or a cost that holds today; OWASP's cheat sheet on password storage has the numbers. */
export const strongerHash: CodeFix = ({ node, match }) => {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const [first, second, third] = node.arguments
  if (/is no longer a safe hash|makes a code that/.test(match.message))
    return first && /^(md[45]|sha-?1|ripemd\w*)$/i.test(literalText(first) ?? '')
      ? { edits: [replace(first, "'sha256'")] }
      : undefined
  if (match.message.startsWith('bcrypt cost') && second && /^\d+$/.test(literalText(second) ?? ''))
    return { edits: [replace(second, '12')] }
  if (/rounds of PBKDF2/.test(match.message) && third && /^\d+$/.test(literalText(third) ?? ''))
    return { edits: [replace(third, roundsFor(literalText(node.arguments[4]) ?? ''))] }
  return undefined
}

/** The cheaper the hash, the more rounds. */
function roundsFor(digest: string): string {
  if (/^sha-?512$/i.test(digest)) return '210_000'
  return /^sha-?1$/i.test(digest) ? '1_300_000' : '600_000'
}
