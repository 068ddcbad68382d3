import { maskSecrets } from '../evidence/mask-secrets.ts'

/** Cheap to ask of every message; most hold nothing so long, and no value of a name. */
const mayHoldSecret = /[=:]\s*["'`]?\S{4}|-----BEGIN|[^\s/<>]{16}/

/** A message as it is kept: without secrets that somebody pasted, and without NUL, which PostgreSQL refuses inside text. */
export function keepText(text: string): string {
  const plain = text.replaceAll('\u0000', '')
  return mayHoldSecret.test(plain) ? maskSecrets('', plain) : plain
}
