import type { Decision } from '../decision.ts'
import { toOneLine } from '../decision.ts'
import { type FileNames, numberOfPath, pathOfDecision, toDigits, toRecord } from './file-of-decision.ts'
import { hashContent, planSync, type SyncedFile, type SyncStep } from './plan-sync.ts'
import { fromMadr } from './read-madr.ts'
import { toMadr } from './write-madr.ts'

/** A file to be written for a decision. */
export interface ExportedFile {
  decisionId: string
  path: string
  text: string
}

export interface ExportPlan {
  files: ExportedFile[]
  /** What the pull request is called, and what it says. */
  title: string
  body: string
  /** What a person has to settle first; nothing of it is overwritten. */
  open: SyncStep[]
}

export interface Repository {
  /** The folder for new files. */
  folder: string
  /** Every decision's file by path. */
  files: ReadonlyMap<string, string>
  synced: readonly SyncedFile[]
  /** By decision, the file that an earlier pull request gave it; another's may be open still. */
  given?: ReadonlyMap<string, string>
}

/** Decisions as their files in a repository would read now, and what both sides agreed on or have in common. */
export function renderDecisions(
  decisions: readonly Decision[],
  given: Repository,
  person: FileNames['person'],
): { rendered: ExportedFile[]; synced: SyncedFile[] } {
  const repository = { ...given, synced: [...given.synced, ...findOwnFiles(decisions, given)] }
  const paths = givePaths(decisions, repository)
  const names = { person, reference: (id: string) => toReference(paths.get(id)) }
  const rendered = decisions.map((decision) => {
    const path = paths.get(decision.id) ?? ''
    return { decisionId: decision.id, path, text: toMadr(toRecord(decision, numberOfPath(path), names)) }
  })
  return { rendered, synced: repository.synced }
}

/**
 * Plans the change set that brings a repository's files in step with the decisions made here. New files get the numbers
 * after the repository's highest; what changed on both sides is left for people.
 */
export function planExport(decisions: readonly Decision[], given: Repository, person: FileNames['person']): ExportPlan {
  const { rendered, synced } = renderDecisions(decisions, given, person)
  const steps = planSync(rendered, given.files, synced)
  const wanted = new Set(
    steps.flatMap((step) => (step.kind === 'new-here' || step.kind === 'changed-here' ? [step.decisionId] : [])),
  )
  const files = rendered.filter(({ decisionId }) => wanted.has(decisionId))
  const open = steps.filter(({ kind }) => kind === 'conflict' || kind === 'changed-there' || kind === 'gone-there')
  const paths = new Map(files.map(({ decisionId, path }) => [decisionId, path]))
  const exported = decisions.filter(({ id }) => wanted.has(id))
  return { files, open, title: sayTitle(exported), body: sayBody(exported, paths) }
}

/**
 * The paths and contents of a pull request: the planned files, and away with those that an earlier plan put on its branch
 * for the same decisions under another number.
 */
export function toChangeSet(
  { files }: Pick<ExportPlan, 'files'>,
  onBranch: ReadonlyMap<string, string>,
): Map<string, string | undefined> {
  const changes = new Map<string, string | undefined>(files.map(({ path, text }) => [path, text]))
  const written = new Map(files.map(({ decisionId, path }) => [decisionId, path]))
  for (const [path, text] of onBranch) {
    const now = written.get(fromMadr(text, path)?.id ?? '')
    if (now !== undefined && now !== path && !changes.has(path)) changes.set(path, undefined)
  }
  return changes
}

/** Files that name a decision as theirs but were not noted yet: a merged pull request of ours. Any difference is a conflict. */
function findOwnFiles(decisions: readonly Decision[], { files, synced }: Repository): SyncedFile[] {
  const noted = new Set(synced.flatMap(({ decisionId, path }) => [decisionId, path]))
  const ids = new Set(decisions.map(({ id }) => id))
  return [...files].flatMap(([path, text]) => {
    const id = fromMadr(text, path)?.id
    if (id === undefined || !ids.has(id) || noted.has(id) || noted.has(path)) return []
    noted.add(id)
    return [{ path, decisionId: id, contentHash: '', renderedHash: '' }]
  })
}

/** What is remembered once the files stand in the repository. */
export function toSynced({ decisionId, path, text }: ExportedFile): SyncedFile {
  return { decisionId, path, contentHash: hashContent(text), renderedHash: hashContent(text) }
}

/** Decisions keep the file they have, or the number of an open pull request; others get the next ones, in the order of their own. */
function givePaths(
  decisions: readonly Decision[],
  { folder, files, synced, given = new Map() }: Repository,
): Map<string, string> {
  const paths = new Map(synced.map(({ decisionId, path }) => [decisionId, path]))
  const fresh = decisions.filter(({ id }) => !paths.has(id)).toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0))
  const own = new Set(fresh.map(({ id }) => id))
  const others = [...given].filter(([id]) => !own.has(id)).map(([, path]) => path)
  const taken = new Set([...files.keys(), ...paths.values(), ...others].map((path) => numberOfPath(path) ?? 0))
  const kept = new Map<string, number>()
  for (const { id } of fresh) {
    const number = numberOfPath(given.get(id) ?? '')
    if (number === undefined || taken.has(number)) continue
    kept.set(id, number)
    taken.add(number)
  }
  let last = Math.max(0, ...taken)
  for (const { id, body } of fresh) paths.set(id, pathOfDecision(folder, kept.get(id) ?? ++last, body.title))
  return paths
}

function toReference(path: string | undefined): string | undefined {
  const number = path === undefined ? undefined : numberOfPath(path)
  return number === undefined ? path : `ADR-${toDigits(number)}`
}

/** GitHub takes 65,536 characters; a request that long is read by nobody. */
const linesAtMost = 100

function sayTitle(decisions: readonly Decision[]): string {
  const [only, ...others] = decisions
  if (only && others.length === 0) return `Record the decision: ${quieten(shorten(only.body.title))}`
  return `Record ${decisions.length} decisions`
}

function sayBody(decisions: readonly Decision[], paths: ReadonlyMap<string, string>): string {
  const more = decisions.length > linesAtMost ? [`- and ${decisions.length - linesAtMost} more`] : []
  return [...decisions.slice(0, linesAtMost).map((one) => sayLine(one, paths.get(one.id) ?? '')), ...more].join('\n')
}

/** The number in the file's name is the one that counts there. */
function sayLine({ body, status, threadLink }: Decision, path: string): string {
  const link = threadLink === undefined ? '' : ` ([thread](${threadLink}))`
  return `- \`${path}\` (${status}): ${quieten(shorten(toOneLine(body)))}${link}`
}

function shorten(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 250)
}

/** Words of a decision call nobody on GitHub and close no issue there. */
function quieten(text: string): string {
  return text.replaceAll(/[@#](?=[\w-])|(?<=\/)(?=(?:issues|pull)\/\d)/g, '$&\u200B')
}
