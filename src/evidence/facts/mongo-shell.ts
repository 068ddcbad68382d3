import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** A script for the shell of MongoDB: `db` is there, and neither modules nor `process`. */
export const runsInMongoShell = once(
  ({ text, calls }: SourceFile) =>
    /\bdb\.(createUser|getSiblingDB|createCollection|auth)\(|\brs\.initiate\(/.test(text) &&
    calls.length > 0 &&
    !/\brequire\(|^\s*(import|export)\b|\b(const|let|var)\s+\{?\s*db\b|\bfunction\b[^(]*\([^)]*\bdb\b|\(\s*\{?\s*db\b/m.test(
      text,
    ),
)
