import { isTestPath } from '../../evidence/facts/project.ts'
import { classifyFile, type FileKind } from '../../evidence/parse/classify.ts'
import { isReadable } from '../../evidence/read-folder.ts'
import type { Severity } from '../review.ts'
import type { FileHint, FileHints } from './file-hints.ts'
import type { PaidDepth } from './plan-calls.ts'

export interface TargetFile {
  readonly path: string
  readonly bytes: number
}

export interface RankingContext {
  readonly depth: PaidDepth
  /** Without it, names decide. */
  readonly hints?: FileHints
  /** Files of a change; they come first. */
  readonly changed?: readonly string[]
  /** Files that load them or are loaded by them; they come next. */
  readonly related?: readonly string[]
}

const severityWeights: Readonly<Record<Severity, number>> = { critical: 40, high: 25, medium: 12, low: 4, info: 1 }
const code = /\.[cm]?[jt]s$/
const settings =
  /(^|\/)(package\.json|dockerfile[\w.-]*|(docker-)?compose[\w.-]*\.ya?ml|\.env\.(example|sample|template)|[\w.-]+\.prisma|tsconfig\.json|ecosystem\.config\.\w+)$|^\.github\/workflows\/[\w.-]+\.ya?ml$/i
/** Files that are made to hold secrets never go to a model. */
const secretFiles =
  /(^|\/)(\.env(?!\.(example|sample|template)$)[\w.-]*|\.npmrc|id_(rsa|ed25519|ecdsa)|[\w.-]+\.(pem|key|p12|pfx|jks))$/i
const readKinds: readonly FileKind[] = ['production', 'script', 'migration']

/** What a name promises, and how much that weighs. */
const names: readonly (readonly [RegExp, number])[] = [
  [/^(src\/|apps\/[^/]+\/src\/)?(main|index|server|app)\.[cm]?[jt]s$/, 30],
  [/auth|session|token|passw|login|sign-?(in|up)|guard|permission|acl|jwt|oauth|crypt|cors|csrf|security|upload/i, 30],
  [/(^|[/._-])(routes?|routers?|controllers?|handlers?|resolvers?|api|endpoints?)([/._-]|$)/i, 25],
  [/(^|[/._-])(models?|entit(y|ies)|repositor(y|ies)|dao|db|database|quer(y|ies)|store|prisma)([/._-]|$)/i, 20],
  [/(^|[/._-])(middlewares?|errors?|validat\w*|dtos?|filters?|pipes?|interceptors?)([/._-]|$)/i, 18],
  [/(^|[/._-])(services?|jobs?|workers?|queues?|consumers?|cron|sockets?|gateways?)([/._-]|$)/i, 15],
  [/cache|redis|config|settings|logger|health|metrics|shutdown/i, 12],
]

/** The files worth reading, most telling first: what answers requests, touches data or decides who may do what. */
export function rankFiles<File extends TargetFile>(files: readonly File[], context: RankingContext): File[] {
  const changed = new Set(context.changed)
  const related = new Set(context.related)
  const bonusOf = (path: string) => (changed.has(path) ? 1000 : 0) + (related.has(path) ? 500 : 0)
  return files
    .map((file) => ({ file, score: scoreOf(file, context, bonusOf(file.path)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => file)
}

/** Zero: not worth reading, or not to be sent at all. */
function scoreOf({ path, bytes }: TargetFile, { depth, hints }: RankingContext, bonus: number): number {
  if (bytes === 0 || secretFiles.test(path) || !isReadable(path)) return 0
  const found = byEvidence(hints?.get(path))
  if (settings.test(path)) return bonus + found + (path === 'package.json' ? 90 : 30)
  if (!code.test(path) || /\.d\.[cm]?ts$/.test(path)) return 0
  if (isTestPath(path)) return depth === 'deep' || bonus > 0 ? bonus + 2 : 0
  const kind = classifyFile(path, '')
  if (!readKinds.includes(kind)) return 0
  return bonus + found + (kind === 'production' ? 10 + byName(path) : 4)
}

function byEvidence(hint: FileHint | undefined): number {
  if (!hint) return 0
  const findings = hint.findings.reduce((sum, severity) => sum + severityWeights[severity], 0)
  return (
    (hint.isEntry ? 40 : 0) +
    (hint.routes > 0 ? 35 + Math.min(hint.routes, 20) : 0) +
    (hint.queries > 0 ? 25 + Math.min(hint.queries, 15) : 0) +
    Math.min(findings, 60)
  )
}

function byName(path: string): number {
  return names.reduce((sum, [pattern, weight]) => sum + (pattern.test(path) ? weight : 0), 0)
}
