import type { Codebase } from '../../../codebase.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { importsPackage } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { hashing, isHashedBefore } from './hashing.ts'

const sqlTexts = atOnce((file: SourceFile) => {
  if (!/\bpassword\b/i.test(file.text)) return []
  const texts = [...file.literals.filter((literal) => typeof literal.value === 'string'), ...file.templates]
  return texts.filter((literal) => {
    const text = file.text.slice(literal.start, literal.end)
    return /^['"`]/.test(text) && /\b(select|create\s+table|where|and|insert\s+into|update)\b/i.test(text)
  })
})

export function* inSql(codebase: Codebase, hashes: boolean): Iterable<Match> {
  for (const file of codebase.production) {
    for (const literal of sqlTexts(file)) {
      const text = file.text.slice(literal.start, literal.end)
      if (/\b(where|and)\b[\s\S]*\bpassword\s*=\s*('|"|\?|\$|$)/i.test(text)) {
        yield {
          file,
          node: literal,
          message: 'The password is compared inside SQL, so it is stored as plain text (or as a hash without salt).',
        }
      } else if (
        !hashes &&
        /^.\s*(insert\s+into\s+\S+\s*\([^)]*\bpassword\b|update\s+\S+\s+set\b[^;]*\bpassword\s*=)/i.test(text)
      ) {
        if (!isHashedBefore(literal, file))
          yield {
            file,
            node: literal,
            confidence: 'medium',
            message: 'The password is stored as it was received: nothing in the project hashes it.',
          }
      } else if (
        /create\s+table[\s\S]*\bpassword\s+(varchar|text|char)/i.test(text) &&
        !importsPackage(codebase, hashing)
      ) {
        yield {
          file,
          node: literal,
          confidence: 'medium',
          message: 'The table keeps passwords in a text column, and nothing in the project hashes them.',
        }
      }
    }
  }
}
