import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

export const hashing =
  /^(bcrypt|bcryptjs|bcrypt-nodejs|argon2|@node-rs\/(argon2|bcrypt)|scrypt-kdf|passport-local-mongoose|better-auth|@supabase\/.*|firebase-admin|next-auth|@clerk\/.*|pbkdf2|scryptsy)/

/** Whether something in the project hashes passwords. */
export function hashesPasswords(codebase: Codebase): boolean {
  return codebase.index.named(hashing).length > 0 || codebase.production.some(derivesKeys)
}

const derivesKeys = once((file: SourceFile) =>
  /\b(scrypt|pbkdf2)(Sync)?\(|createH(ash|mac)\([^)]*\)\s*\.update\(\s*\w*(pass|pwd|plain)|\b\w*(crypt|hash)\w*\(\s*[\w.]*(passw|pwd)|\bpassword\s*[:=]\s*(await\s+)?[\w.]*(generate|make|encode|secure|protect|set)\w*\(\s*[\w.]*(passw|pwd)/i.test(
    file.text,
  ),
)

/** `md5(password)`: weak, which `weak-crypto` tells, and yet no password as it is; elsewhere it may still be kept as it came. */
export const hashesWeakly = once((file: SourceFile) => /\b(md5|sha\d+)\w*\(\s*[\w.]*(passw|pwd)/i.test(file.text))

export function isHashedBefore(node: Node, file: SourceFile): boolean {
  const around = functionAround(node)
  const text = file.text.slice(around?.start ?? node.start, node.end)
  return /hash|crypt|md5|sha\d|digest/i.test(text)
}

export function fieldIn(node: Node | undefined, file: { text: string }): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined
  return node.properties.find(
    (property) =>
      property.type === 'Property' &&
      keyOf(property) === 'password' &&
      !/hash|crypt|argon|scrypt|md5|sha/i.test(file.text.slice(property.value.start, property.value.end)),
  )
}
