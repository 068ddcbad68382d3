/** What a call does to a tainted value that goes in: makes it harmless, marks it, passes it on, or drops it. */
export type Effect = { kind: 'drop' } | { kind: 'pass'; mark?: Mark }
export type Mark =
  | 'html'
  | 'url'
  | 'file-name'
  | 'string'
  | 'sql'
  | 'nosql'
  | 'shell'
  | 'regex'
  | 'log'
  | 'sanitized'
  | 'parsed'

const marks: readonly [RegExp, Mark][] = [
  [/^encodeURI(Component)?$|querystring\.(escape|stringify)$|^qs\.stringify$/, 'url'],
  [
    /escape-?html|validator\.(default\.)?escape|he\.(encode|escape)|lodash\.escape$|sanitize-html|dompurify|^xss(\.|$)|entities\.(encode|escape)|\.encodeForHTML$/i,
    'html',
  ],
  [/^path\.basename$|sanitize-filename|filenamify|slugify/, 'file-name'],
  [/sqlstring\.|mysql2?\.escape|pg-format|\.escape(Id|Literal|Identifier)$/, 'sql'],
  [/mongo-sanitize|express-mongo-sanitize/, 'nosql'],
  [/shell-quote|shellescape|shell-escape/, 'shell'],
  [/lodash\.escapeRegExp|escape-string-regexp|escapeRegExp|RegExp\.escape/i, 'regex'],
  // Names in XML begin with no `$`.
  [/^(xml2js|libxmljs2?)\./, 'nosql'],
  [/^String$|\.toString$/, 'string'],
]

const dropping =
  /^(Number|parseInt|parseFloat|Boolean|Date|Date\.parse|Math\.\w+|Number\.\w+|isNaN|moment|dayjs|luxon\..*|Array\.isArray|typeof|BigInt|Symbol|crypto\.createHash.*|crypto\.(randomBytes|randomUUID|scrypt|pbkdf2|timingSafeEqual).*|bcrypt(js)?\.\w+|uuid\..*|mongoose\.Types\.ObjectId.*|mongodb\.ObjectI[dD].*|bson\.ObjectId.*|jsonwebtoken\.\w+|jose\..*)(\(\))?$/

const passing =
  /^(JSON\.(parse|stringify)|decodeURI(Component)?|unescape|Buffer(\.from|\.concat)?|String(\.raw)?|Object\.(assign|fromEntries|entries|values|keys)|path\.(join|resolve|normalize|format|dirname|relative)|url\.(parse|format|resolve|URL)|URL|URLSearchParams|querystring\.(parse|unescape)|qs\.parse|util\.(format|inspect)|Promise\.(resolve|all)|structuredClone|Array\.(from|of)|lodash\.\w+|ramda\.\w+|marked(\..*)?|ejs\.\w+|he\.decode|validator\.(default\.)?(trim|ltrim|rtrim)|libxmljs2?\.parse(Xml|XmlString|Html)|js-yaml\..*|humanize-ms|ms)(\(\))?$/

/** What a library or global function does to taint; undefined when it is not known. */
export function effectOf(name: string): Effect | undefined {
  const marked = marks.find(([pattern]) => pattern.test(name))
  if (marked) return { kind: 'pass', mark: marked[1] }
  if (dropping.test(name)) return { kind: 'drop' }
  return passing.test(name) ? { kind: 'pass' } : undefined
}

/** What a part of a `URL` can no longer do: its host holds no slash, what follows it neither quotes nor angle brackets. */
export function markOfUrlPart(key: string | undefined): Mark | undefined {
  if (/^(host|hostname|port|protocol)$/.test(key ?? '')) return 'file-name'
  return /^(pathname|search|hash)$/.test(key ?? '') ? 'html' : undefined
}

const droppingMethods = new Set(
  (
    'includes indexOf lastIndexOf startsWith endsWith test some every has localeCompare findIndex getTime ' +
    'isValid hasOwnProperty search charCodeAt codePointAt compare equals exists'
  ).split(' '),
)

/** Whether a method of a tainted value gives something that carries no input (a boolean, an index). */
export function methodDrops(name: string): boolean {
  return droppingMethods.has(name)
}

/** Marks for project functions by what their name promises. */
export function markByName(name: string): Mark | undefined {
  if (/^(parse|validate|assert)[A-Z_]?.*(schema|dto|body|input|params|query)|safeParse$|validateSync$/i.test(name))
    return 'parsed'
  if (/^(quote|escape)(Qualified)?(Ident(ifier)?|Literal)s?$/.test(name)) return 'sql'
  if (/sanit|purif|clean|escap|encode|safe|whitelist|allowlist|slug|stripTags/i.test(name)) return 'sanitized'
  if (/validat\w*(url|uri|redirect|path|host|origin|target)/i.test(name)) return 'sanitized'
  return undefined
}
