import type { Codebase } from '../../codebase.ts'
import { says } from '../../parse/once.ts'

type Precondition = {
  /** What the weakness needs, as a reader would look for it. */
  needs: string
  /** Whether the project has it. */
  shows: (codebase: Codebase) => boolean
  /** Whether the project does without it; where neither shows, nothing is known. */
  instead?: (codebase: Codebase) => boolean
}

function inCode(pattern: RegExp): Precondition['shows'] {
  const has = says(pattern)
  return ({ production }) => production.some(has)
}

/** How code that imports `ws` opens a server. */
export const socketServers = /\bWebSocketServer\b|\bWSServer\b|\bnew\s+(\w+\.)*Server\s*\(/

const onMysql: Precondition = {
  needs: 'MySQL',
  shows: ({ project }) => project.dependencies.some(({ name }) => /^(mysql2?|mariadb|@planetscale\/.*)$/.test(name)),
  instead: ({ project }) =>
    project.dependencies.some(({ name }) =>
      /^(pg|postgres|sqlite3|better-sqlite3|tedious|mssql|oracledb|sql\.js)$/.test(name),
    ),
}

const onJsonColumns: Precondition = {
  needs: 'a JSON column',
  shows: inCode(/\b(DataTypes?|Sequelize)\.JSONB?\b|\btype\s*:\s*['"`]?jsonb?\b|\bsequelize\.(cast|json)\(/i),
}

const socketServer: Precondition = {
  needs: 'a WebSocket server',
  shows: inCode(socketServers),
}

const says256 = says(/\bHS(256|384|512)\b/)
const givesKeyPair = says(
  /\b[REP]S(256|384|512)\b|\.pem\b|\bBEGIN\b|jwks|create(Public|Private)Key|generateKeyPair|\bcert(ificate)?\b/i,
)
const namesKeyPair = says(/(public|private|signing|rsa)_?(key|cert|pem)/i)

/** What the advisories themselves name as needed, by their ids at https://github.com/advisories. */
const preconditions: Readonly<Record<string, Precondition>> = {
  'GHSA-35jh-r3h4-6jhm': { needs: '`_.template`', shows: inCode(/\btemplate\s*\(|lodash[./]template/) },
  'GHSA-36xv-jgw5-4q75': { needs: '`@Sse`', shows: inCode(/@Sse\b|\bSseStream\b/) },
  'GHSA-4jpv-8r57-pv7j': { needs: '`StreamableFile`', shows: inCode(/\bStreamableFile\b/) },
  'GHSA-4jv9-3563-23j3': onMysql,
  'GHSA-593f-38f6-jp5m': {
    needs: '`app.proxy`',
    shows: inCode(/\.proxy\s*=|\bproxy\s*:\s*(?!false)|new\s+Koa\(\s*[^)\s{]/),
  },
  'GHSA-6457-6jrx-69cr': onJsonColumns,
  'GHSA-777c-7fjr-54vf': { needs: 'the `fetch` adapter', shows: inCode(/\badapter\b[^;\n]{0,40}['"`]fetch/) },
  'GHSA-7gcc-r8m5-44qm': { needs: '`ctx.hostname`', shows: inCode(/\bhostname\b|\bsubdomains\b|\.URL\b/) },
  'GHSA-8cf7-32gw-wr33': {
    needs: 'a key that is not a secret',
    // An algorithm that takes a secret says more than the name of what it is given.
    shows: ({ production }) =>
      production.some(givesKeyPair) || (production.some(namesKeyPair) && !production.some(says256)),
    instead: inCode(/secret|\bHS(256|384|512)\b/i),
  },
  'GHSA-8hfj-j24r-96c4': { needs: '`moment.locale`', shows: inCode(/\blocale\s*\(/) },
  'GHSA-jx2c-rxcm-jvmq': {
    needs: '`content` in the schema of a body',
    shows: inCode(
      /\bbody\w*\s*[:=]\s*\{[^{}]{0,200}\bcontent\s*:|\bcontent\s*:\s*\{\s*['"`][\w*]+\/[\w.*+-]+['"`]\s*:\s*\{\s*schema\b/,
    ),
  },
  'GHSA-fvcv-3m26-pcqx': {
    needs: 'a prototype that a deep merge of input can change',
    shows: inCode(/\b(defaultsDeep|deep_?merge|merge_?deep|mergeWith|_\.(merge|set|setWith))\w*\s*\(|\bdeepmerge\b/i),
  },
  'GHSA-m7xq-9374-9rvx': {
    needs: '`match` in `populate`',
    shows: inCode(
      /\bpopulate\b[\s\S]{0,300}?\bmatch\s*[:,}]|\bmatch\s*:[^;]{0,200}?\bpath\s*:|populate\([^'"`{)]*\b(req|request|ctx|query|body|params)\b/,
    ),
  },
  'GHSA-m9jw-237r-gvfv': onJsonColumns,
  'GHSA-48ww-j4fc-435p': { needs: 'the `sendmail` transport', shows: inCode(/\bsendmail\b/) },
  'GHSA-3h5v-q93c-6h6q': socketServer,
  'GHSA-6663-c963-2gqg': socketServer,
  'GHSA-96hv-2xvq-fx4p': socketServer,
  'GHSA-9965-vmph-33xx': { needs: '`isURL`', shows: inCode(/\bisURL\b/i) },
  'GHSA-cf4h-3jhx-xvhq': { needs: '`_.template`', shows: inCode(/\btemplate\s*\(/) },
  'GHSA-v9p9-hfj2-hcw8': { needs: 'a WebSocket', shows: inCode(/\bWebSocket\b/) },
  'GHSA-p6gq-j5cr-w38f': {
    needs: '`disableFileAccess` or `disableUrlAccess`',
    shows: inCode(/disable(File|Url)Access/),
  },
  'GHSA-q2pj-6v73-8rgj': onMysql,
  'GHSA-r5fr-rjxr-66jc': { needs: '`_.template`', shows: inCode(/\btemplate\s*\(|lodash[./]template/) },
  'GHSA-v923-w3x8-wh69': {
    needs: 'sessions',
    shows: inCode(/\.session\(|\b(express|cookie|koa|secure|fastify)-(generic-)?session\b|@fastify\/(secure-)?session/),
  },
  'GHSA-vghf-hv5q-vc2g': { needs: '`isLength`', shows: inCode(/\bisLength\b/i) },
  'GHSA-wpg9-53fq-2r8h': { needs: '`sanitizeFilter`', shows: inCode(/sanitizeFilter/) },
  'GHSA-xcpc-8h2w-3j85': { needs: 'archives that are read', shows: inCode(/\bnew\s+\w*[zZ]ip\w*\(\s*[^)\s]/) },
}

/** What an advisory needs that no code of the project shows; undefined where it is there, or not known. */
export function absentFor(ghsa: string, codebase: Codebase): string | undefined {
  const known = Object.hasOwn(preconditions, ghsa) ? preconditions[ghsa] : undefined
  if (!known || codebase.production.length === 0) return undefined
  return known.shows(codebase) || known.instead?.(codebase) === false ? undefined : known.needs
}

/** The advisories that a text about one package names. */
export function namedIn(text: string): string[] {
  return text.match(/\bGHSA(-[\da-z]{4}){3}\b/g) ?? []
}

/** The same; none where the text leaves some out. */
export function advisoriesIn(text: string): string[] {
  const named = namedIn(text)
  const more = Number(/; (\d+) more: /.exec(text)?.[1] ?? 0)
  return named.length === more + 1 ? named : []
}
