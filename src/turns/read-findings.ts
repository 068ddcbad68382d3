import { isReadable } from '../evidence/read-folder.ts'
import type { Finding } from '../evidence/rules/finding.ts'
import type { CodeHost } from './code-host.ts'
import type { Opened, OpenRepository } from './open-code.ts'
import type { ThreadCode } from './open-thread-code.ts'

/** Reads code by rules, off the main thread. */
export interface Analyst {
  analyse(files: ReadonlyMap<string, string>): Promise<{ data: { findings: readonly Finding[] } }>
}

/** One cause, with every place it was found at. */
export interface CodeFinding {
  rule: string
  severity: Finding['severity']
  title: string
  message: string
  why: string
  fix: Finding['fix']
  places: { label: string; url: string }[]
}

/** What reading code by rules gave. */
export interface CodeEvidence {
  /** Worst first in each repository. */
  findings: CodeFinding[]
  /** Everything that was read, by path by repository. */
  texts: Map<string, ReadonlyMap<string, string>>
}

const asksForFaults = /review|wrong|problem|break|risk|secur|slow|bug|fail|fix|improve|leak|crash|scale/i
const worstFirst = ['critical', 'high', 'medium', 'low']

/** What the rules find in the code that was just linked, or in the open repository when the question is about faults; worst first. */
export async function readFindings(
  host: CodeHost,
  analyst: Analyst,
  code: Pick<ThreadCode, 'opened' | 'repositories'>,
  question: string,
  signal: AbortSignal,
): Promise<CodeEvidence> {
  const scopes = code.opened.flatMap(toScope)
  const wanted = scopes.length === 0 && asksForFaults.test(question) ? code.repositories.slice(0, 1) : []
  const evidence: CodeEvidence = { findings: [], texts: new Map() }
  for (const repository of code.repositories) {
    const within = scopes.filter((scope) => scope.fullName === repository.fullName)
    if (within.length === 0 && !wanted.includes(repository)) continue
    const { findings, texts } = await analyseAt(host, analyst, repository, signal)
    const relevant = within.length === 0 ? findings : findings.filter((each) => within.some((scope) => scope.has(each)))
    evidence.findings.push(...groupByRule(host, repository, relevant))
    evidence.texts.set(repository.fullName, texts)
  }
  return evidence
}

interface Scope {
  fullName: string
  has: (finding: Finding) => boolean
}

function toScope(opened: Opened): Scope[] {
  switch (opened.kind) {
    case 'file': {
      const { start, end } = opened.lines ?? { start: 1, end: Number.POSITIVE_INFINITY }
      const has = ({ path, line, endLine }: Finding) => path === opened.path && line <= end && endLine >= start
      return [{ fullName: opened.fullName, has }]
    }
    case 'folder':
      return [
        { fullName: opened.fullName, has: ({ path }) => opened.path === '' || path.startsWith(`${opened.path}/`) },
      ]
    case 'change': {
      const changed = new Set(opened.files.map((file) => file.path))
      return [{ fullName: opened.fullName, has: ({ path }) => changed.has(path) }]
    }
    case 'unread':
      return []
  }
}

async function analyseAt(
  host: CodeHost,
  analyst: Analyst,
  { pin }: OpenRepository,
  signal: AbortSignal,
): Promise<{ findings: Finding[]; texts: ReadonlyMap<string, string> }> {
  const files = new Map<string, string>()
  const visit = ({ path, bytes }: { path: string; bytes: Buffer }) => {
    if (isReadable(path)) files.set(path, bytes.toString('utf8'))
  }
  const read = await host.readSnapshot(pin, visit, { signal })
  if (!read.ok) return { findings: [], texts: files }
  const { data } = await analyst.analyse(files)
  const findings = data.findings
    .filter(({ suppressed, confidence, severity }) => !suppressed && confidence !== 'low' && severity !== 'info')
    .toSorted((a, b) => worstFirst.indexOf(a.severity) - worstFirst.indexOf(b.severity))
  return { findings, texts: files }
}

function groupByRule(host: CodeHost, { pin }: OpenRepository, findings: readonly Finding[]): CodeFinding[] {
  const byRule = new Map<string, CodeFinding>()
  for (const { rule, severity, title, message, why, fix, path, line, endLine } of findings) {
    const known = byRule.get(`${severity} ${rule}`) ?? { rule, severity, title, message, why, fix, places: [] }
    known.places.push({ label: `${path}:${line}`, url: host.permalink(pin, path, { start: line, end: endLine }) })
    byRule.set(`${severity} ${rule}`, known)
  }
  return [...byRule.values()]
}
