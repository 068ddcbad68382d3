import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

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
          severity: name.toLowerCase() === 'dob' ? 'low' : 'medium',
          confidence: 'medium',
          words: unsealed,
          message: `\`${name}\` is stored without encryption.`,
        }
      }
    }
  }
}

const unsealed: Words = {
  title: 'A personal number is stored as it is',
  why: 'Whoever sees the database or a backup has the numbers of everyone, which open accounts elsewhere and cannot be changed.',
  effects: { safety: 'One leak of the database is a leak of every number.' },
  fix: {
    say: 'Seal it with a key that is not in the database, and keep only what is needed.',
    code: {
      any: "const iv = randomBytes(12)\nconst cipher = createCipheriv('aes-256-gcm', key, iv)\nconst sealed = Buffer.concat([cipher.update(number, 'utf8'), cipher.final()])\nconst stored = Buffer.concat([iv, cipher.getAuthTag(), sealed])",
    },
  },
}
