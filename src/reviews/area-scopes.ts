import type { ReportData } from '../evidence/report/json.ts'
import type { AreaScope } from './ledger.ts'
import { areas, type Depth, type ReviewArea } from './review.ts'

type Evidence = Pick<ReportData, 'facts' | 'findings' | 'coverage'>

interface Code {
  /** Every path of the target that holds code of the service itself. */
  production: readonly string[]
  paths: readonly string[]
  texts: ReadonlyMap<string, string>
}

const guards =
  /auth|login|logout|sign-?(in|up)|session|passw|token|jwt|oauth|permission|role|acl|guard|polic(y|ies)|secur|crypto|user|account|admin|middleware|cors|csrf|upload/i
const guarding = /\b(passport|jsonwebtoken|jose|bcrypt|argon2|express-session|helmet|csurf|crypto)\b/
const caching = /\b(redis|ioredis|memcached|node-cache|lru-cache|cache-manager|keyv)\b|cache/i
const startUp = /(^|\/)(main|index|server|app|start|bootstrap|config[^/]*)\.[cm]?[jt]s$|(^|\/)config\//i
const delivery =
  /(^|\/)(Dockerfile[^/]*|[^/]*\.Dockerfile|(docker-)?compose[^/]*\.ya?ml|Procfile)$|^\.github\/workflows\//i
const tests = /(^|\/)(tests?|specs?|__tests__|e2e)\/|\.(test|spec)\.[cm]?[jt]sx?$/i

const besideCode: readonly ReviewArea[] = ['dependencies', 'testing', 'production']
const ofCode = areas.filter((area) => !besideCode.includes(area))

/** Which files matter to each area, and what keeps an area from being assessed whole whatever was read. */
export function findAreaScopes(
  code: Code,
  evidence: Evidence | undefined,
  depth: Depth,
): Record<ReviewArea, AreaScope> {
  const files = filesByArea(code, evidence)
  const limits = limitsByArea(evidence, depth, code.production.length > 0)
  const scopes = areas.map((area) => [
    area,
    { files: new Set([...files[area], ...placesIn(area, evidence)]), limit: limits.get(area) },
  ])
  // Object.fromEntries forgets that every area has an entry.
  return Object.fromEntries(scopes) as Record<ReviewArea, AreaScope>
}

function filesByArea(code: Code, evidence: Evidence | undefined): Record<ReviewArea, readonly string[]> {
  const { production, paths, texts } = code
  const textOf = (path: string) => texts.get(path) ?? ''
  const routes = evidence?.facts.routes.map(({ place }) => withoutLine(place)) ?? []
  const queries = evidence?.facts.queries.map(({ place }) => withoutLine(place)) ?? []
  const models = evidence?.facts.models.map(({ place }) => place) ?? []
  const doubtful = findDoubtful(code, evidence)
  const guarded = production.filter((path) => guards.test(path) || guarding.test(textOf(path)))
  return {
    api: [...routes, ...doubtful],
    errors: production,
    validation: production,
    database: [...queries, ...models, ...doubtful],
    caching: [...production.filter((path) => caching.test(path) || caching.test(textOf(path))), ...doubtful],
    security: [...guarded, ...routes, ...doubtful],
    scalability: production,
    organisation: production,
    dependencies: paths.filter((path) => /(^|\/)package\.json$/.test(path)),
    testing: paths.filter((path) => tests.test(path)),
    production: [...paths.filter((path) => delivery.test(path)), ...production.filter((path) => startUp.test(path))],
  }
}

/** All of the code where some could not be read, whole or in part: that may hold routes, queries or anything else. */
function findDoubtful({ production, texts }: Code, evidence: Evidence | undefined): readonly string[] {
  const { notAnalysed = [], partly = [] } = evidence?.coverage ?? {}
  const broken = new Set([...notAnalysed, ...partly].map(({ path }) => path))
  return production.some((path) => !texts.has(path) || broken.has(path)) ? production : []
}

function placesIn(area: ReviewArea, evidence: Evidence | undefined): string[] {
  return evidence?.findings.filter((finding) => finding.area === area).map(({ path }) => path) ?? []
}

function limitsByArea(evidence: Evidence | undefined, depth: Depth, hasCode: boolean): Map<ReviewArea, string> {
  const limits = new Map<ReviewArea, string>()
  if (!evidence) return new Map(areas.map((area) => [area, 'stopped before it was read']))
  // What has no code was not looked at for what only code can show.
  if (!hasCode) for (const area of ofCode) limits.set(area, 'no code of a service in it')
  if (depth !== 'deep') limits.set('production', 'by rules only; Deep goes further')
  const { failedRules } = evidence.coverage
  if (lacksRegistry(evidence.coverage)) limits.set('dependencies', 'the package registry did not answer for all')
  for (const { id, area } of failedRules) limits.set(area, `the rule ${id} failed`)
  return limits
}

/** Whether the package registry left something open that rules ask it for. */
export function lacksRegistry({ notAssessed }: Pick<ReportData['coverage'], 'notAssessed'>): boolean {
  return notAssessed.some((item) => /^(Dependencies against|Advisories|Deprecated and outdated)/.test(item))
}

function withoutLine(place: string): string {
  return place.replace(/:\d+$/, '')
}
