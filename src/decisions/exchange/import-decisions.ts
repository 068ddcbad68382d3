import { randomUUID } from 'node:crypto'
import type { Actor } from '../decision.ts'
import { forgetSynced, type Imported, importFiles, type ImportPlace, rememberSynced } from '../import-decisions.ts'
import { hashContent } from '../madr/plan-sync.ts'
import { findDecidedHere, findDecisions, findTaken } from '../store.ts'
import { chooseDecisions } from './choose-decisions.ts'
import type { ExchangeDeps, ExchangePlace } from './exchange-deps.ts'
import { type ImportPlan, planImport, type Side } from './plan-import.ts'
import { readNames } from './read-names.ts'
import { listIds, readSides } from './read-sides.ts'

/** What each decision file of a repository is to those who may read here, at its head unless a commit is named; or one sentence. */
export async function previewImport(
  deps: ExchangeDeps,
  place: ExchangePlace,
  sha?: string,
): Promise<ImportPlan | { refused: string }> {
  const sides = await readSides(deps, place, sha)
  if (typeof sides === 'string') return { refused: sides }
  const { chosen } = await chooseDecisions(deps.store, sides.place, sides.repository.private)
  const ids = listIds(sides.files, sides.synced)
  const known = new Set(chosen.map(({ id }) => id))
  const others = (await findDecisions(deps.store, place.audience, ids)).filter(({ id }) => !known.has(id))
  const decisions = [...chosen, ...others]
  const person = await readNames(deps.personName, decisions)
  const { teamId } = place.audience
  const taken = await findTaken(deps.store, teamId, ids)
  const settled = await findDecidedHere(deps.store, teamId, ids)
  return planImport(sides.place.repository, sides, { decisions, taken, settled, person })
}

/** Takes over every file that is new or changed at a commit; what was taken over before stays as it is. */
export async function importAll(
  deps: ExchangeDeps,
  place: ExchangePlace,
  sha: string,
  actor: Actor,
): Promise<Imported | { refused: string }> {
  const plan = await previewImport(deps, place, sha)
  if ('refused' in plan) return plan
  const files = new Map([...plan.fresh, ...plan.changed].map(({ path, text }) => [path, text]))
  return importFiles(deps.store, toImportPlace(place, plan), files, actor, deps.now(), randomUUID)
}

/**
 * Settles a file that differs on both sides: theirs is imported, and ours is what the next export writes. Undefined when
 * it differs no more.
 */
export async function settleFile(
  deps: ExchangeDeps,
  place: ExchangePlace,
  { sha, path, side }: { sha: string; path: string; side: Side },
  actor: Actor,
): Promise<Imported | { refused: string } | undefined> {
  const plan = await previewImport(deps, place, sha)
  if ('refused' in plan) return plan
  const choice = plan.choices.find((one) => one.path === path)
  if (!choice?.sides.includes(side)) return undefined
  const { decisionId, text } = choice
  const where = toImportPlace(place, plan)
  if (side === 'theirs')
    return importFiles(deps.store, where, new Map([[path, text ?? '']]), actor, deps.now(), randomUUID)
  if (text === undefined) await forgetSynced(deps.store, where, [path])
  else {
    const seen = { path, decisionId, contentHash: hashContent(text), renderedHash: '' }
    await rememberSynced(deps.store, where, [seen], deps.now())
  }
  return { imported: [], updated: [], refused: [] }
}

/** The plan knows the repository by its present name. */
function toImportPlace(
  { audience: { teamId, channelId } }: ExchangePlace,
  { repository }: Pick<ImportPlan, 'repository'>,
): ImportPlace {
  return { teamId, channelId, repository }
}
