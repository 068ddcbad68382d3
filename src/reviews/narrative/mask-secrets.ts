import { knownToken, looksSecret, passwordInUrl, secretName } from '../../evidence/facts/secrets.ts'

const mask = '[secret]'
const quoted = /(["']?)([A-Za-z_][\w.-]{0,80})\1(\s*[:=]\s*)(["'`])([^"'`\n]{4,400})\4/g
const bare = /^(\s*(?:-\s*|export\s+)?)([A-Za-z_][\w.-]{0,80})(\s*[:=]\s*)([^\s"'`#{}()[\],;]{4,400})\s*$/
const privateKey = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g
const word = /[^\s"'`,;=(){}<>]{16,400}/g
const code = /\.[cm]?[jt]sx?$/

/** The text as a model may see it: values of secrets replaced, every line still where it was. Finds what has a telling name or shape. */
export function maskSecrets(path: string, text: string): string {
  const withoutKeys = text.replace(privateKey, (key) => key.replace(/[^\n]+/g, mask))
  return withoutKeys
    .split('\n')
    .map((line) => maskLine(line.length > 4000 ? line.slice(0, 4000) : line, code.test(path)))
    .join('\n')
}

function maskLine(line: string, isCode: boolean): string {
  const named = line.replace(quoted, (whole, quote: string, name: string, sign: string, mark: string, value: string) =>
    isSecret(name, value) ? `${quote}${name}${quote}${sign}${mark}${mask}${mark}` : whole,
  )
  const plain = isCode ? named : named.replace(bare, maskAssignment)
  return plain.replace(word, (found) => maskWord(found))
}

function maskAssignment(whole: string, lead: string, name: string, sign: string, value: string): string {
  return isSecret(name, value) ? `${lead}${name}${sign}${mask}` : whole
}

function isSecret(name: string, value: string): boolean {
  return secretName.test(name) && looksSecret(value, name)
}

function maskWord(found: string): string {
  if (knownToken(found)) return mask
  const password = passwordInUrl(found)
  return password === undefined ? found : found.replace(`:${password}@`, `:${mask}@`)
}
