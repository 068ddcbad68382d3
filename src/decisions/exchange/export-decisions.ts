import { succeed } from '../../github/outcome.ts'
import type { GitHubProblem } from '../../github/problem.ts'
import type { Published } from '../../github/publish.ts'
import type { Actor, Decision } from '../decision.ts'
import { type ExportPlan, planExport, toChangeSet } from '../madr/plan-export.ts'
import { hashContent, type SyncedFile } from '../madr/plan-sync.ts'
import { readDecisionFiles } from '../read-decision-files.ts'
import { chooseDecisions } from './choose-decisions.ts'
import type { ExchangeDeps, ExchangePlace } from './exchange-deps.ts'
import { writesOnlyLinked } from './describe.ts'
import { type Exported, listGivenPaths, noteExported } from './export-notes.ts'
import { readNames } from './read-names.ts'
import { readSides } from './read-sides.ts'

/** What came of an export. */
export interface ExportResult {
  repository: string
  /** Undefined when the repository holds everything already. */
  published: Published | undefined
  /** How many decisions the pull request brings. */
  brought: number
  /** How many belong into the repository and may stand there. */
  known: number
  /** How many must not, as more people read it than them. */
  leftOut: number
  /** Files that a person has to look at first. */
  open: ExportPlan['open']
  /** Files that somebody changed in the pull request itself, left as they are. */
  edited: string[]
}

/** Where an export goes; writing is more than reading, so that a public repository has to be linked as well. */
export interface ExportPlace extends ExchangePlace {
  branch: string
  isLinked: (repository: string) => Promise<boolean>
}

/** Writes the decisions of a place to its repository by one pull request, or says in one sentence why it cannot be done. */
export async function exportDecisions(
  deps: ExchangeDeps,
  given: ExportPlace,
  actor: Actor,
): Promise<ExportResult | { refused: string }> {
  const sides = await readSides(deps, given)
  if (typeof sides === 'string') return { refused: sides }
  const { place } = sides
  if (!(await given.isLinked(place.repository))) return { refused: writesOnlyLinked(place.repository) }
  const unsure = sides.unread.find(({ problem }) => passing.has(problem.kind))
  if (unsure) return { refused: `I could not read ${unsure.path}, so I wrote nothing: ${unsure.problem.sentence}` }
  const { chosen, leftOut } = await chooseDecisions(deps.store, place, sides.repository.private)
  const paths = await listGivenPaths(deps.store, place.audience.teamId, place.repository)
  const plan = planExport(chosen, { ...sides, given: paths }, await readNames(deps.personName, chosen))
  const result = { repository: place.repository, known: chosen.length, leftOut, open: plan.open }
  if (plan.files.length === 0) return { ...result, published: undefined, brought: 0, edited: [] }
  const { owner, name } = sides.repository
  const edited: string[] = []
  const published = await deps.writer.publish(
    {
      repository: { owner, name },
      branch: given.branch,
      files: async (open) => {
        const branch = open ? await readDecisionFiles(deps.github, open, deps.signal) : succeed(nothing)
        if (!branch.ok) return branch
        edited.push(...findEdited(plan, branch.value.files, sides))
        const changes = toChangeSet(plan, branch.value.files)
        return succeed(new Map([...changes].filter(([path]) => !edited.includes(path))))
      },
      message: 'Record architecture decisions',
      title: plan.title,
      body: `${plan.body}\n\nWritten by Architect from the decisions recorded in Slack. Change them there.`,
    },
    { signal: deps.signal },
  )
  if (!published.ok) return { refused: published.problem.sentence }
  const written = { ...plan, files: plan.files.filter(({ path }) => !edited.includes(path)) }
  await note(deps, written, chosen, sides.exported, published.value, actor)
  return { ...result, published: published.value, brought: plan.files.length, edited }
}

const nothing: { files: ReadonlyMap<string, string> } = { files: new Map() }

/** Problems that are over some time: until then nobody knows whose file it is. */
const passing = new Set<GitHubProblem['kind']>([
  'rate-limited',
  'unauthorised',
  'unavailable',
  'timed-out',
  'not-found',
])

/** Files of the open pull request that hold neither what was ever written there nor what the repository had. */
function findEdited(
  plan: ExportPlan,
  onBranch: ReadonlyMap<string, string>,
  { synced, exported }: { synced: readonly SyncedFile[]; exported: Exported },
): string[] {
  const agreed = new Map(synced.map(({ path, contentHash }) => [path, contentHash]))
  return plan.files.flatMap(({ decisionId, path, text }) => {
    const there = onBranch.get(path)
    if (there === undefined) return []
    const hash = hashContent(there)
    const isOurs = hash === hashContent(text) || hash === agreed.get(path) || exported.get(decisionId)?.has(hash)
    return isOurs ? [] : [path]
  })
}

async function note(
  { store, now }: ExchangeDeps,
  { files }: Pick<ExportPlan, 'files'>,
  decisions: readonly Decision[],
  exported: Exported,
  published: Published,
  actor: Actor,
): Promise<void> {
  const byId = new Map(decisions.map((decision) => [decision.id, decision]))
  const notes = files.flatMap(({ decisionId, path, text }) => {
    const decision = byId.get(decisionId)
    const contentHash = hashContent(text)
    const isNew = published.kind === 'opened' || !exported.get(decisionId)?.has(contentHash)
    if (!decision || !isNew) return []
    return [{ decision, event: { kind: 'exported' as const, path, pull: published.url ?? '', contentHash } }]
  })
  await noteExported(store, notes, actor, now())
}
