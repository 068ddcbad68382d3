import { type Decision, nameDecision } from '../decision.ts'
import type { FileNames } from '../madr/file-of-decision.ts'
import { renderDecisions } from '../madr/plan-export.ts'
import { planSync, type SyncStep } from '../madr/plan-sync.ts'
import { fromMadr } from '../madr/read-madr.ts'
import type { Sides } from './read-sides.ts'

/** A file that can be taken over as it is. */
export interface Incoming {
  path: string
  title: string
  text: string
}

/** A file that differs and that somebody has to choose a side for. */
export interface Choice {
  path: string
  /** Such as "ADR-12 Keep orders in PostgreSQL". */
  name: string
  decisionId: string
  /** Undefined when the file is gone. */
  text: string | undefined
  /** A decision that was made or settled here does not change by its file: then only this side can be kept. */
  sides: readonly Side[]
}

export type Side = 'theirs' | 'ours'

/** What every file of a repository is to those here; each file is in exactly one of the lists. */
export interface ImportPlan {
  repository: string
  sha: string
  fresh: Incoming[]
  changed: Incoming[]
  choices: Choice[]
  /** Names of decisions whose file is the same, or changed only here. */
  unchanged: string[]
  changedHere: string[]
  /** Names of decisions that belong there and have no file yet. */
  missingThere: string[]
  /** Files of decisions that are kept in channels this one may not read. */
  elsewhere: string[]
  /** Files that cannot be taken over, each with the reason. */
  skipped: { path: string; sentence: string }[]
}

export interface KnownHere {
  /** Decisions that those here may read and that belong into the repository or have a file there. */
  decisions: readonly Decision[]
  /** Ids that are decisions of the workspace, readable here or not. */
  taken: ReadonlySet<string>
  /** Ids of those that people settled here: their files change nothing. */
  settled: ReadonlySet<string>
  person: FileNames['person']
}

/** Sorts the files of a repository by what is known of them here. */
export function planImport(repository: string, there: Sides, here: KnownHere): ImportPlan {
  const { rendered, synced } = renderDecisions(here.decisions, there, here.person)
  const plan: ImportPlan = {
    repository,
    sha: there.pin.sha,
    fresh: [],
    changed: [],
    choices: [],
    unchanged: [],
    changedHere: [],
    missingThere: [],
    elsewhere: [],
    skipped: there.unread.map(({ path, problem }) => ({ path, sentence: problem.sentence })),
  }
  const unread = new Set(there.unread.map(({ path }) => path))
  const owners = new Map(synced.map(({ path, decisionId }) => [path, decisionId]))
  const byId = new Map(here.decisions.map((decision) => [decision.id, decision]))
  for (const step of planSync(rendered, there.files, synced)) {
    if ('path' in step && unread.has(step.path)) continue
    if (step.kind === 'new-there') addStranger(plan, step, owners.get(step.path), here)
    else addKnown(plan, step, byId.get(step.decisionId), here.settled)
  }
  return plan
}

function addStranger(
  plan: ImportPlan,
  { path, text }: Extract<SyncStep, { kind: 'new-there' }>,
  owner: string | undefined,
  { decisions, taken }: KnownHere,
): void {
  const record = fromMadr(text, path)
  const id = owner ?? record?.id ?? ''
  const copied = decisions.find((decision) => decision.id === id)
  if (!record) plan.skipped.push({ path, sentence: 'It is empty, so there is nothing to import.' })
  else if (copied) {
    const sentence = `It says that it is ${nameDecision(copied)}, which has another file. Take the line \`architect-id\` out of it to import it as a decision of its own.`
    plan.skipped.push({ path, sentence })
  } else if (taken.has(id)) plan.elsewhere.push(path)
  else plan.fresh.push({ path, title: record.body.title, text })
}

function addKnown(
  plan: ImportPlan,
  step: Exclude<SyncStep, { kind: 'new-there' }>,
  decision: Decision | undefined,
  settled: KnownHere['settled'],
): void {
  if (!decision) return
  const name = `${nameDecision(decision)} ${decision.body.title}`
  const follows = decision.importedFrom !== undefined && !settled.has(decision.id)
  switch (step.kind) {
    case 'unchanged':
      plan.unchanged.push(name)
      return
    case 'changed-here':
      plan.changedHere.push(name)
      return
    case 'new-here':
      plan.missingThere.push(name)
      return
    case 'changed-there':
    case 'conflict': {
      const { kind, path, text, decisionId } = step
      if (kind === 'changed-there' && follows) plan.changed.push({ path, title: decision.body.title, text })
      else plan.choices.push({ path, name, decisionId, text, sides: follows ? ['theirs', 'ours'] : ['ours'] })
      return
    }
    case 'gone-there':
      plan.choices.push({ path: step.path, name, decisionId: step.decisionId, text: undefined, sides: ['ours'] })
  }
}
