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

/** Which claims a text may make about files that do not exist yet: a fix may propose one. */
export interface ProseRules {
  readonly mayNameNewFiles: boolean
}

/**
 * A text of the model without the sentences that say something untrue of places, packages, findings or absences; counted.
 * Ids of findings become places, since readers do not see ids.
 */
export async function checkProse(text: string, context: ProseContext, rules: ProseRules): Promise<string> {
  const plain = text
    .replace(fence, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim()
    .slice(0, longestProse)
    .toWellFormed()
  const kept: string[] = []
  for (const sentence of plain.split(sentenceEnd).map((part) => part.trim())) {
    if (sentence === '') continue
    const fault = await findFault(sentence, context, rules)
    if (fault) context.drops.add(fault)
    else kept.push(sentence.replace(findingId, (id) => `\`${context.placeOf(id) ?? id}\``))
  }
  return kept.join(' ')
}

type SentenceFault =
  | 'sentences about a place, package or finding that does not exist'
  | 'sentences with a link that nobody can check'
  | 'of something missing that is there'

async function findFault(
  sentence: string,
  context: ProseContext,
  { mayNameNewFiles }: ProseRules,
): Promise<SentenceFault | undefined> {
  const { code, registry, placeOf } = context
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
  const claims = findAbsenceClaims(rest)
  const isContradicted = claims.some(({ about }) => checkAbsence(about, code.repository).kind === 'contradicted')
  return isContradicted ? 'of something missing that is there' : undefined
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
