import { maskSecrets } from '../../evidence/mask-secrets.ts'

const longestQuote = 200

/** One line of a file as people may be shown it: secrets masked, without the space around it, at most 200 characters. */
export function quoteLine(path: string, text: string, line: number): string {
  const row = (text.split('\n', line)[line - 1] ?? '').trim()
  return maskSecrets(path, row).slice(0, longestQuote).toWellFormed()
}
