import { slowness } from '../../facts/regular-expressions.ts'
import { ancestor, keyOf, literalText } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const weakPasswordPolicy: Rule = {
  id: 'weak-password-policy',
  category: 'weak-password-policy',
  severity: 'medium',
  confidence: 'medium',
  title: 'Very short passwords are accepted',
  why: 'Passwords below eight characters are tried out in hours.',
  effects: { safety: 'Accounts fall to guessing.' },
  fix: {
    say: 'Ask for at least eight characters (fifteen without a second factor) and allow long ones.',
    code: { any: 'const password = z.string().min(12).max(128)' },
  },
  sources: ['https://pages.nist.gov/800-63-4/sp800-63b.html'],
  *find(codebase) {
    for (const file of codebase.production) yield* policiesIn(file)
  },
}

const policiesIn = once((file: SourceFile) => [...readPolicies(file)])

function* readPolicies(file: SourceFile): Iterable<Match> {
  for (const literal of file.literals) {
    if (!('regex' in literal) || slowness(literal.regex.pattern) !== undefined) continue
    const holder = ancestor(literal, (node) => /Declarator$|^AssignmentExpression$|^Property$/.test(node.type))
    if (
      !holder ||
      !/(pass|pwd)\w*(_?(re|regex|pattern|rule))?\b/i.test(textOf(holder, file, 30)) ||
      /[iI]d|user_?name/.test(textOf(holder, file, 12))
    )
      continue
    const lengths = [...literal.regex.pattern.matchAll(/\{(\d+)(,\d*)?\}/g)].map((match) => Number(match[1]))
    if (lengths.length > 0 && Math.max(...lengths) < 8)
      yield { file, node: literal, message: `Passwords of ${Math.max(...lengths)} characters pass this pattern.` }
  }
  for (const call of file.calls) {
    if (call.callee.type !== 'MemberExpression' || !/^(min|minLength)$/.test(keyOf(call.callee) ?? '')) continue
    const length = Number(literalText(call.arguments[0]))
    const property = ancestor(call, (node) => node.type === 'Property' || node.type === 'PropertyDefinition')
    if (
      !property ||
      !/^(new_?)?(password|passwd|pwd)$/i.test(keyOf(property) ?? '') ||
      Number.isNaN(length) ||
      // `min(1)` only says that a password must be there, as logins do.
      length <= 1 ||
      length >= 8
    )
      continue
    yield { file, node: call, message: `Passwords of ${length} characters are accepted.` }
  }
}
