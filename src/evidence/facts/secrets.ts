/** Names that hold something secret. */
export const secretName =
  /(^|[_.\-a-z])(secret|passw(or)?d|passwd|pwd|passphrase|api_?-?key|apikey|access_?key|private_?key|encryption_?key|signing_?key|crypto_?key|cookie_?(secret|key)|auth_?token|access_?token|bearer|client_?secret|jwt_?(secret|key)|session_?(secret|key)|secret_?(or_?)?key|seed|token|pass|zapApiKey|salt_?key|master_?key|webhook_?secret|connection_?string)$/i

const generic =
  /^(unknown|local|default|anonymous|public|any|all|empty|disabled|enabled|auto|system|internal|env|vault)$/i

const placeholders =
  /^(_+[A-Z_]+_+|x+|\*+|\.+|_+|-+|change_?me.*|not[-_ ].*|your[-_ ].*|my[-_ ]?(secret|password)?$|todo|none|temp|tmp|null|undefined|true|false|example|placeholder|<.*>|\{\{.*\}\}|\$\{.*\}|%.*%|\[.*\]|test|demo|dummy|redacted|removed|string|password|secret|token|bearer|basic|required|optional|invalid|missing|text|hidden|email|username|number|enter .*|replace.*|insert.*|n\/a)$/i

/** What stands where a real value is not needed: with mocks and emulators. */
const standIn = /^(mock|dummy|fake|foo(bar)?$|bar(baz)?$|baz$|local(stack|dev)?$)/i

/** `sk_live_xxxxxxxx`, and the keys of a vendor's manual. */
const holdsPlace = /x{6,}|X{6,}|\*{4,}|EXAMPLE/

/** Whether a text stands for a secret where none is needed. */
export function isStandIn(text: string): boolean {
  return standIn.test(text)
}

/** Names of what a page says. */
const label =
  /(change|reset|forgot|confirm|current|new|invalid|incorrect|wrong|match|receiving|show|hide|enter|repeat|set)\w*_?passw/i

/** Keys that every page of a site shows: they count visits and errors, or search. */
const shown = /(bugsnag|posthog|mixpanel|amplitude|analytics|publishable|public|algolia_?search)\w*(key|token)$/i

/** What a parser, a model of language or a chain calls a token is a word or a coin. */
const wordToken =
  /(mention|placeholder|delimiter|separator|keyword|marker|start|end|open|close|special|native|mask|pad|stop)_?tokens?$/i

/** `team/payments`: where a vault or a store keeps something, in words. */
const pathOfWords = /^[a-z]+([-_][a-z]+)*(\/[a-z]+([-_][a-z]+)*)+$/

/** Of a pair, such as MinIO and S3 have, the half that says who: beside the other it is a name. */
const accountHalf = /(^|_)access_?key(_?id)?$/i

/** Whether a text looks like a secret rather than a name, message, path or placeholder. */
export function looksSecret(value: string, name: string): boolean {
  const text = value.trim()
  // A password for one application, as Google shows it.
  if (/^([a-z]{4} ){3}[a-z]{4}$/.test(text)) return /pass/i.test(name)
  if (
    shown.test(name) ||
    holdsPlace.test(text) ||
    standIn.test(text) ||
    (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && passwordInUrl(text) === undefined)
  )
    return false
  if (text.length < 4 || text.length > 400 || /\s/.test(text) || placeholders.test(text)) return false
  // It says itself that it opens nothing: `wrong-on-purpose`.
  if (/^(wrong|incorrect|invalid|bad|bogus|nope)([-_ ]|$)/i.test(text)) return false
  // The name of a setting: `admin:password`.
  if (/^[a-z]+(:[a-z]+)+$/.test(text)) return false
  // Words of other languages, names of messages, ranges of versions and the heads of tokens.
  if (
    /[^\x20-\x7e]/.test(text) ||
    /^[a-z]+(\.[a-z-]+)+$/.test(text) ||
    /^[a-z]+(\.[\w-]+){2,}$/.test(text) ||
    /^[~^<>=]*\d+\.\d+\.\d+/.test(text)
  )
    return false
  if (/^[a-z]{2,8}_$/.test(text) || (label.test(name) && !/\d/.test(text))) return false
  if (/^(https?:|\/|\.\/|#|@|process\.env)/.test(text) && !/:[^/@]+@/.test(text)) return false
  if (isWord(text) && (echoes(text, name) || /(by|com|sur|over)pass$/i.test(name))) return false
  if (/\.\.\.$|…$/.test(text) || (/seed$/i.test(name) && /^[a-z]+(-[a-z]+)+$/.test(text))) return false
  // Names of standards, and one letter over and over, are no secrets; nor is a key under which a browser keeps something.
  if (/^urn:|^(.)\1+$/.test(text) || /(storage|session|cache|local)_?key$/i.test(name)) return false
  if (/^[A-Z][A-Z0-9_]+$/.test(text) && /_/.test(text)) return false
  if (/^(\$[({]|\$[A-Z][A-Z0-9_]{2,}$|<%|phc_|pk_(live|test)_)/.test(text) || generic.test(text)) return false
  // Cookies, headers, errors and routes are named in words.
  if (/^[a-z_]*[a-z]+([_/:.-][a-z]+)+$/.test(text) && /(token|cookie_?key|api_?key)$/i.test(name)) return false
  if (/header|cookie_?key/i.test(name) && isWord(text)) return false
  if (/^[\w.]+\.[\w.]+$/.test(text) && !/\d/.test(text) && text.includes('.')) return false
  if (wordToken.test(name) || pathOfWords.test(text) || (accountHalf.test(name) && isWord(text))) return false
  // The name of an action, under its path: `auth/DECODE_TOKEN`.
  if (text.endsWith(`/${name}`)) return false
  // Codes of one use, as examples show them.
  if (/token$/i.test(name) && /^\d{1,6}$/.test(text)) return false
  return !/^(application|text|image)\/|^(string|number|boolean|object)$|^x-[\w-]+$/i.test(text)
}

/** `resetPassword: 'resetPassword'`, `TOKEN_TYPE: 'refresh'`: words of the program, not secrets. */
function echoes(text: string, name: string): boolean {
  const plain = (item: string) => item.toLowerCase().replace(/[^a-z]/g, '')
  if (plain(name).includes(plain(text)) || plain(text).includes(plain(name).replace(/types?$/, ''))) return true
  return (
    /password|token|secret|email|user|invalid|incorrect|verify|reset|refresh|access|bearer|cookie|session|field/i.test(
      text,
    ) && /^[a-z]+([A-Z][a-z]+|[-_][a-z]+)+$/.test(text)
  )
}

function isWord(text: string): boolean {
  return /^[A-Za-z_-]+$/.test(text)
}

const tokens: readonly [RegExp, string][] = [
  [/\bAKIA[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a GitHub token'],
  [/\bgithub_pat_[A-Za-z0-9_]{40,}\b/, 'a GitHub token'],
  [/\bsk_live_[A-Za-z0-9]{16,}\b/, 'a Stripe key'],
  [/\bxox[abprs]-[A-Za-z0-9-]{20,}\b/, 'a Slack token'],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, 'a Google API key'],
  [/\bSG\.[\w-]{20,}\.[\w-]{20,}\b/, 'a SendGrid key'],
  [/\bya29\.[\w-]{30,}/, 'a Google access token'],
  [/\bEAAC[A-Za-z0-9]{30,}/, 'a Facebook token'],
  [
    /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+|outlook\.office\.com\/webhook\/[\w-]{20,}/,
    'the address of a webhook',
  ],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\bglpat-[\w-]{20}\b/, 'a GitLab token'],
  [/\bsk-(ant-|proj-)?[A-Za-z0-9_-]{32,}\b/, 'a model provider’s key'],
  [/\b(rzp_live_[A-Za-z0-9]{14,}|rk_live_[A-Za-z0-9]{16,})\b/, 'a key for payments'],
  [/\bshp(at|ca|pa|ss)_[a-f0-9]{32}\b/, 'a Shopify token'],
  [/\bdop_v1_[a-f0-9]{64}\b/, 'a DigitalOcean token'],
  [/\b(hf|gsk)_[A-Za-z0-9]{30,}\b/, 'a model provider’s key'],
  [/^\d{8,10}:[A-Za-z0-9_-]{35}$/, 'the token of a Telegram bot'],
  [/-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/, 'a private key'],
]

const someToken = new RegExp(tokens.map(([{ source }]) => source).join('|'))

/** The kind of well-known token in a text. */
export function knownToken(text: string): string | undefined {
  if (text.length < 16 || !someToken.test(text) || holdsPlace.test(text)) return undefined
  // A private key whose place is held by words.
  if (/PRIVATE KEY-----\s*(\\n)?[[<{.]|\.\.\.\s*$/.test(text)) return undefined
  return tokens.find(([pattern]) => pattern.test(text))?.[1]
}

/** The password in a connection address such as `postgres://user:password@host/db`. */
export function passwordInUrl(text: string): string | undefined {
  if (!text.includes('://')) return undefined
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:([^\s/@]+)@[\w.[\]-]/i.exec(text)
  const password = match?.[1]
  if (password === undefined || /^(\$\{|<|\{\{|%|\*|x+$|\.\.\.|pass(word)?$|pwd$)/i.test(password)) return undefined
  return password
}
