import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

const personal =
  /^(ssn|social_?security(_?number)?|tax_?id|passport_?(no|number)|card_?number|credit_?card|cvv|iban|bank_?acc(ount)?|dob)$/i

const encrypts = once((file: SourceFile) =>
  /createCipher|encrypt\(/.test(file.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
)

export function* personalNumbers(codebase: Codebase): Iterable<Match> {
  const changed = new Set(
    codebase.queries.filter((query) => /insert|update/.test(query.kind)).map((query) => query.file),
  )
  for (const file of codebase.production) {
    if (!changed.has(file) || encrypts(file)) continue
    for (const assignment of file.assignments) {
      const left = assignment.left
      const name = left.type === 'MemberExpression' ? (keyOf(left) ?? '') : ''
      if (personal.test(name) && assignment.right.type === 'Identifier' && functionAround(assignment)) {
        yield {
          file,
          node: assignment,
          severity: 'medium',
          confidence: 'medium',
          message: `\`${name}\` is stored without encryption.`,
        }
      }
    }
  }
}
