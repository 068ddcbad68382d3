import { listLinkedRepositories } from '../access/repository-links.ts'
import { audienceOf } from '../access/visible-repository.ts'
import type { Store } from '../db/open-store.ts'
import { describeChoice, describeImport, describeImported, describeWhere } from '../decisions/exchange/describe.ts'
import type { ExchangeDeps, ExchangePlace } from '../decisions/exchange/exchange-deps.ts'
import { importAll, previewImport, settleFile } from '../decisions/exchange/import-decisions.ts'
import type { ImportPlan, Side } from '../decisions/exchange/plan-import.ts'
import { type ExchangeOptions, importHelp, readImportOptions } from './exchange-options.ts'
import { commandLine, end, findChannel, type Outcome, pickWorkspace } from './exchange-tools.ts'

/** Runs `import <owner/repo> --channel <C…>` and gives what to print; exit codes as `--help` says. */
export async function runImport(args: readonly string[], build: () => ExchangeDeps): Promise<Outcome> {
  const options = readImportOptions(args)
  if (typeof options === 'string') return end([options], 2)
  if ('help' in options) return { output: importHelp, exitCode: 0 }
  const deps = build()
  const place = await findPlace(deps.store, options)
  if (typeof place === 'string') return end([place], 2)
  const plan = await previewImport(deps, place)
  if ('refused' in plan) return end([plan.refused], 2)
  const lines = describe(plan)
  const isLeft = plan.skipped.length > 0
  if (options.isPreview) return end(lines, plan.choices.length > 0 || isLeft ? 1 : 0)
  const { done, waits } = await carryOut(deps, place, plan, options.take)
  return end([...lines, '', ...done], waits || isLeft ? 1 : 0)
}

async function findPlace(
  store: Store,
  { workspace, channelId = '', repository = '' }: ExchangeOptions,
): Promise<ExchangePlace | string> {
  const picked = await pickWorkspace(store, workspace)
  if (typeof picked === 'string') return picked
  const { teamId, isOne } = picked
  const channel = await findChannel(store, teamId, channelId)
  if (typeof channel === 'string') return channel
  const code = audienceOf(() => listLinkedRepositories(store, { teamId, channelId }), !isOne || channel.shared)
  return { repository, audience: { teamId, channelId, ...channel }, code }
}

function describe(plan: ImportPlan): string[] {
  const groups = describeImport(plan)
  return [
    describeWhere(plan, groups.length === 0 && plan.choices.length === 0),
    ...groups.flatMap(({ title, lines }) => ['', `${title} (${lines.length})`, ...lines.map((line) => `  ${line}`)]),
    ...(plan.choices.length > 0 ? ['', `To be settled (${plan.choices.length})`] : []),
    ...plan.choices.map((choice) => `  ${describeChoice(choice)}`),
  ]
}

async function carryOut(
  deps: ExchangeDeps,
  place: ExchangePlace,
  { sha, choices }: ImportPlan,
  take: Side | undefined,
): Promise<{ done: string[]; waits: boolean }> {
  const by = commandLine('import')
  const result = await importAll(deps, place, sha, by)
  if (!('imported' in result)) return { done: [result.refused], waits: true }
  const settled = take ? choices.filter(({ sides }) => sides.includes(take)) : []
  for (const { path } of settled) {
    const outcome = take && (await settleFile(deps, place, { sha, path, side: take }, by))
    if (outcome && 'imported' in outcome) result.updated.push(...outcome.updated)
  }
  const kept = take === 'ours' && settled.length > 0 ? ['The next export writes what was settled.'] : []
  const left = choices.length - settled.length
  const hint = left > 0 ? [`${left} to be settled: use --take theirs or --take ours, or the buttons in Slack.`] : []
  return { done: [...describeImported(result), ...kept, ...hint], waits: left + result.refused.length > 0 }
}
