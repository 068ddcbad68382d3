import type { Imported } from '../import-decisions.ts'
import type { ExportResult } from './export-decisions.ts'
import type { ImportPlan } from './plan-import.ts'

export const writesOnlyLinked = (repository: string) =>
  `\`${repository}\` is not linked to this channel, so I do not write to it from here. An admin links it with \`/architect link ${repository}\`.`

/** What an export came to, a sentence a line. */
export function describeExport(result: ExportResult): string[] {
  const { repository, leftOut, open, edited } = result
  return [
    sayOutcome(result),
    ...(leftOut > 0
      ? [
          `${count(leftOut, 'decision')} left out: more people can read ${repository} than know ${leftOut === 1 ? 'it' : 'them'}. A decider opens one with "Show to everyone" on its card.`,
        ]
      : []),
    ...(edited.length > 0 ? [`Somebody changed ${listPaths(edited)} in the pull request; I left that as it is.`] : []),
    ...(open.length > 0
      ? [`Not written, as the repository differs: ${listPaths(open.flatMap(pathOf))}. An import shows both sides.`]
      : []),
  ]
}

function sayOutcome({ repository, published, brought, known, leftOut, open }: ExportResult): string {
  const decisions = count(brought, 'decision')
  if (published?.kind === 'opened') return `Opened ${published.url} with ${decisions} for ${repository}.`
  if (published?.kind === 'updated') return `Updated ${published.url}: it brings ${decisions} to ${repository}.`
  if (published?.url) return `Nothing to do: ${published.url} brings ${decisions} to ${repository} already. Merge it.`
  if (known > 0 && open.length < known)
    return `Nothing to do: ${repository} has ${known === 1 ? 'the one decision' : `all ${known} decisions`} that belong there.`
  if (known > 0 || leftOut > 0) return `Nothing was written to ${repository}.`
  return `There is no decision for ${repository} yet. A decision belongs there when it names the repository, or was made in a channel it is linked to, and has been proposed.`
}

/** A part of what an import finds: what it is, and the files or decisions one a line. */
export interface ImportGroup {
  title: string
  lines: string[]
}

/** What every decision file of a repository is, group by group; those without any are left out. */
export function describeImport(plan: ImportPlan): ImportGroup[] {
  const { fresh, changed, unchanged, changedHere, missingThere, elsewhere, skipped } = plan
  const groups: ImportGroup[] = [
    { title: 'New there', lines: fresh.map(({ path, title }) => `${path}: ${title}`) },
    { title: 'Changed there', lines: changed.map(({ path, title }) => `${path}: ${title}`) },
    { title: 'Changed here; an export writes it', lines: changedHere },
    { title: 'Unchanged', lines: unchanged },
    { title: 'Here and not there yet; an export writes it', lines: missingThere },
    { title: 'Kept in another channel, so not told here', lines: elsewhere },
    { title: 'Not read', lines: skipped.map(({ path, sentence }) => `${path}: ${sentence}`) },
  ]
  return groups.filter(({ lines }) => lines.length > 0)
}

/** What a person has to choose about one file. */
export function describeChoice({ path, name, text, sides }: ImportPlan['choices'][number]): string {
  if (text === undefined)
    return `${path} is gone there, and ${name} is still here. Deprecate it here, or write it again.`
  if (sides.includes('theirs')) return `${path} and ${name} changed on both sides.`
  return `${path} was changed there, but ${name} was made or settled here and does not change by its file. Amend it here, or write it again.`
}

/** Where the files were read, and when there is none, what to do. */
export function describeWhere({ repository, sha }: ImportPlan, isEmpty: boolean): string {
  const at = `${repository} at ${sha.slice(0, 7)}`
  return isEmpty
    ? `There is no decision file in ${at}. I look in docs/decisions, docs/adr, doc/adr and folders alike, and where .adr-dir or .log4brains.yml point.`
    : `Decision files in ${at}`
}

/** What an import came to, a sentence a line. */
export function describeImported({ imported, updated, refused }: Imported): string[] {
  const done = [
    ...(imported.length > 0 ? [`${count(imported.length, 'decision')} imported`] : []),
    ...(updated.length > 0 ? [`${count(updated.length, 'decision')} brought up to date`] : []),
  ]
  const first = done.length > 0 ? `${done.join(', ')}.` : 'Nothing was imported: it is all here already.'
  return [...(done.length > 0 || refused.length === 0 ? [first] : []), ...refused.map(({ sentence }) => sentence)]
}

function pathOf(step: ExportResult['open'][number]): string[] {
  return 'path' in step ? [step.path] : []
}

const namedAtMost = 5

function listPaths(paths: readonly string[]): string {
  const more = paths.length > namedAtMost ? ` and ${paths.length - namedAtMost} more` : ''
  return `${paths.slice(0, namedAtMost).join(', ')}${more}`
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
