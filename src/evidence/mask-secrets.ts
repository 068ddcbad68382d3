import { append } from '../lib/append.ts'
import { knownToken, looksSecret, passwordInUrl, secretName } from './facts/secrets.ts'
import type { Match, Rule } from './rules/rule.ts'

const mask = '[secret]'
const quoted = /(["']?)([A-Za-z_][\w.-]{0,80})\1(\s*[:=]\s*)(["'`])([^"'`\n]{4,400})\4/g
const bare = /^([+-]?\s*(?:-\s*|export\s+)?)([A-Za-z_][\w.-]{0,80})(\s*[:=]\s*)([^\s"'`#{}()[\],;]{4,400})\s*$/
const privateKey = /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g
const word = /[^\s"'`,;=(){}<>]{16,400}/g
const code = /\.[cm]?[jt]sx?$/
/** Files of settings of one place; examples are there to be read. */
const environment = /(^|\/)\.env(\.(?!.*(example|sample|template|dist))[\w.-]+)?$/i
const setting = /^(\s*(?:export\s+)?[\w.-]+\s*=\s*)\S.*$/
const signing =
  /(\bcookieParser\(|\b(?:jwt\w*\.\w+|create(?:Hmac|(?:C|Dec)ipher(?:iv)?))\([^\n]*?,\s*)(["'`])[^"'`\n]{4,400}\2/g
const textInCode = /(["'`])((?:\\.|(?!\1)[^\\])*)\1/g

/** The text as people and models may be shown it: values of secrets replaced, every line still where it was. Finds what has a telling name or shape, and what is in `held`. */
export function maskSecrets(path: string, text: string, held: readonly string[] = []): string {
  const withoutHeld = held.reduce((left, secret) => left.replace(whole(secret, path), mask), text)
  const withoutKeys = withoutHeld.replace(privateKey, (key) => key.replace(/[^\n]+/g, mask))
  return withoutKeys
    .split('\n')
    .map((line) => maskLine(path, line.length > 4000 ? line.slice(0, 4000) : line))
    .join('\n')
}

/** A short secret may also be a part of names, and in code one that is a word may be a name itself. */
function whole(secret: string, path: string): RegExp {
  const [before, after] =
    code.test(path) && /^[a-z]+$/i.test(secret) ? ['(?<=["\'`])', '(?=["\'`])'] : ['(?<!\\w)', '(?!\\w)']
  return new RegExp(`${before}${RegExp.escape(secret)}${after}`, 'g')
}

/** What rules know to be secrets, by path: the texts in the code they name, or the value on the line. */
export function findHeldSecrets(
  matches: readonly { rule: Pick<Rule, 'category'>; match: Match }[],
): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, string[]>()
  for (const { rule, match } of matches) {
    if (rule.category !== 'hardcoded-secret') continue
    for (const text of textsOf(match)) append(held, match.file.path, text)
  }
  // A secret may be the beginning of a longer one.
  for (const texts of held.values()) texts.sort((a, b) => b.length - a.length)
  return held
}

function textsOf({ file, node, line }: Match): string[] {
  const found = node
    ? Array.from(file.text.slice(node.start, node.end).matchAll(textInCode), ([, , text = '']) => text)
    : [/[:=]\s*["']?(\S.*?)["']?,?\s*$/.exec(file.text.split('\n', line)[(line ?? 1) - 1] ?? '')?.[1] ?? '']
  return found.flatMap((text) => text.split('\n')).filter((text) => text.length >= 4)
}

function maskLine(path: string, line: string): string {
  if (environment.test(path)) return line.replace(setting, `$1${mask}`)
  const named = line.replace(quoted, (whole, quote: string, name: string, sign: string, mark: string, value: string) =>
    isSecret(name, value) ? `${quote}${name}${quote}${sign}${mark}${mask}${mark}` : whole,
  )
  const plain = code.test(path) ? named.replace(signing, `$1$2${mask}$2`) : named.replace(bare, maskAssignment)
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
