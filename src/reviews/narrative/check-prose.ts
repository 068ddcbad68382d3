import { checkAbsence } from '../../verify/check-absence.ts'
import { checkPackages, type VersionFinder } from '../../verify/check-packages.ts'
import { findAbsenceClaims } from '../../verify/find-absence-claims.ts'
import type { DropCounts } from './drop-counts.ts'
import { countLines, type TargetCode } from './target-code.ts'

export interface ProseContext {
  readonly code: TargetCode
  readonly registry: VersionFinder
  readonly drops: DropCounts
  /** The place of the finding with this id, such as `src/app.js:12`; undefined when there is no such finding. */
  readonly placeOf: (id: string) => string | undefined
  /** The lines that the text is about, where it is about some. */
  readonly near?: ReadonlyMap<string, string>
  /** A fix may propose files that do not exist yet. Default false. */
  readonly mayNameNewFiles?: boolean
}

const longestProse = 1200
const fence = /```[\s\S]*?(?:```|$)/g
const sentenceEnd = /(?<=[.!?])\s+(?=[\p{Lu}\d`"'(])|(?<=[。！？])|\n+/u
const extensions = '(?:[cm]?[jt]sx?|json|ya?ml|sql|prisma|graphql|ejs|pug|hbs|env|html)'
const place = new RegExp(
  String.raw`(?<![\w/@.:-])((?:[\w.@()[\]-]+/)*[\w.@()[\]-]+\.${extensions}):(\d{1,7})(?:-(\d{1,7}))?`,
  'gi',
)
const file = new RegExp(String.raw`(?<![\w/@.:-])((?:[\w.@()[\]-]+/)+[\w.@()[\]-]+\.${extensions})\b`, 'gi')
const versioned = /(?<![\w/.@])(@[\w.-]+\/[\w.-]+|[a-z][\w.-]*)@([\^~]?\d[\w.+-]*)/gi
const findingId = /(?<![\w/.#-])F(\d{1,4})(?![\w/.-]*\w)/g
const address = /\b[a-z][a-z+.-]*:\/\/[^\s)>\]]+/gi
/** Documentation that a sentence may point to; what a page says there is not checked, so nothing else is let through. */
const documentation =
  /^https:\/\/(?:nodejs\.org|developer\.mozilla\.org|expressjs\.com|fastify\.dev|docs\.nestjs\.com|koajs\.com|hono\.dev|(?:www\.)?prisma\.io|typeorm\.io|sequelize\.org|mongoosejs\.com|www\.postgresql\.org|redis\.io|cheatsheetseries\.owasp\.org|owasp\.org|cwe\.mitre\.org|datatracker\.ietf\.org)(?:\/[\w./~-]*)?(?:#[\w.-]*)?[.,;:]?$/

/** What can be missing at one place although it is there at another; everything else holds for the whole application. */
const localSubjects: ReadonlySet<string> = new Set([
  'input validation',
  'authorisation',
  'timeouts',
  'caching',
  'pagination',
  'transactions',
  'indexes',
  'retries',
  'idempotency',
  'structured logging',
  'logging',
])
const ofTheWhole =
  /\bthere (?:is|are|was|were)\b|\b(?:nowhere|anywhere|at all|app|application|service|project|repository|code ?base|system)\b/i

/**
 * A text of the model without the sentences that say something untrue of places, packages, findings or absences; counted.
 * Ids of findings become places, since readers do not see ids.
 */
export async function checkProse(text: string, context: ProseContext): Promise<string> {
  const plain = text
    .replace(fence, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim()
    .slice(0, longestProse)
    .toWellFormed()
  const kept: string[] = []
  for (const sentence of plain.split(sentenceEnd).map((part) => part.trim())) {
    if (sentence === '') continue
    const fault = await findFault(sentence, context)
    if (fault) context.drops.add(fault)
    else kept.push(sentence.replace(findingId, (id) => `\`${context.placeOf(id) ?? id}\``))
  }
  return kept.join(' ')
}

type SentenceFault =
  | 'sentences about a place, package or finding that does not exist'
  | 'sentences with a link that nobody can check'
  | 'of something missing that is there'

async function findFault(sentence: string, context: ProseContext): Promise<SentenceFault | undefined> {
  const { code, registry, placeOf, mayNameNewFiles = false } = context
  const links = sentence.match(address) ?? []
  if (links.some((link) => !documentation.test(link))) return 'sentences with a link that nobody can check'
  const rest = sentence.replace(address, ' ')
  const ids = rest.match(findingId) ?? []
  const isFalse =
    ids.some((id) => placeOf(id) === undefined) ||
    [...rest.matchAll(place)].some(([, path = '', from, to]) => !holdsLines(code, path, Number(to ?? from))) ||
    (!mayNameNewFiles && [...rest.matchAll(file)].some(([, path = '']) => !findPath(code, path))) ||
    (await namesFalsePackage(rest, code, registry))
  if (isFalse) return 'sentences about a place, package or finding that does not exist'
  const isContradicted = findAbsenceClaims(rest).some(({ about }) => isThere(about, rest, context))
  return isContradicted ? 'of something missing that is there' : undefined
}

/** Whether what a sentence calls missing is there: in the lines it is about, where those decide, else anywhere. */
function isThere(about: string, sentence: string, { code, near }: ProseContext): boolean {
  const check = checkAbsence(about, code.repository)
  if (check.kind !== 'contradicted') return false
  const isLocal = near !== undefined && localSubjects.has(check.subject) && !ofTheWhole.test(sentence)
  return !isLocal || checkAbsence(about, near).kind === 'contradicted'
}

function holdsLines(code: TargetCode, path: string, line: number): boolean {
  const found = findPath(code, path)
  return found !== undefined && line >= 1 && line <= (countLines(code, found) ?? 0)
}

/** People write the end of a path; it counts when only one file ends so. */
function findPath({ repository }: TargetCode, path: string): string | undefined {
  const plain = path.replace(/^\.\//, '')
  if (repository.has(plain)) return plain
  const ending = [...repository.keys()].filter((known) => known.endsWith(`/${plain}`))
  return ending.length === 1 ? ending[0] : undefined
}

async function namesFalsePackage(text: string, code: TargetCode, registry: VersionFinder): Promise<boolean> {
  const claims = [...text.matchAll(versioned)].map(([, name = '', range = '']) => ({
    name: name.toLowerCase(),
    range: range.replace(/[.-]+$/, ''),
  }))
  const named = claims.filter(({ name }) => name !== 'node' && name !== 'nodejs')
  const checks = await checkPackages(named, code.packages, registry)
  return checks.some(({ verdict }) => verdict.kind === 'unknown' || verdict.kind === 'no-such-version')
}
