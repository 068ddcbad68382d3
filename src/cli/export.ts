import { writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Store } from '../db/open-store.ts'
import type { Audience } from '../decisions/audience.ts'
import { describeExport } from '../decisions/exchange/describe.ts'
import type { ExchangeDeps } from '../decisions/exchange/exchange-deps.ts'
import { exportDecisions } from '../decisions/exchange/export-decisions.ts'
import { readNames } from '../decisions/exchange/read-names.ts'
import { type ExportedFile, planExport } from '../decisions/madr/plan-export.ts'
import { hashContent } from '../decisions/madr/plan-sync.ts'
import { fromMadr } from '../decisions/madr/read-madr.ts'
import { listWritable } from '../decisions/store.ts'
import { makeFolder } from '../lib/make-folder.ts'
import { exportHelp, readExportOptions } from './exchange-options.ts'
import { commandLine, end, findChannel, type Outcome, pickWorkspace } from './exchange-tools.ts'
import { explainFolder, readMarkdown } from './read-markdown.ts'

/** Runs `export <owner/repo>` or `export --to <folder>` and gives what to print; exit codes as `--help` says. */
export async function runExport(args: readonly string[], build: () => ExchangeDeps): Promise<Outcome> {
  const options = readExportOptions(args)
  if (typeof options === 'string') return end([options], 2)
  if ('help' in options) return { output: exportHelp, exitCode: 0 }
  const deps = build()
  const audience = await findAudience(deps.store, options)
  if (typeof audience === 'string') return end([audience], 2)
  if (options.folder !== undefined) return writeFolder(deps, audience, options.folder)
  const repository = options.repository ?? ''
  // Whoever runs this command owns the credentials, so that no channel has to be asked.
  const everything = () => Promise.resolve(true)
  const code = { mayRead: everything }
  const place = { repository, audience, code, branch: 'architect/decisions', isLinked: everything }
  const result = await exportDecisions(deps, place, commandLine('command'))
  if ('refused' in result) return end([result.refused], 2)
  const isWhole = result.leftOut + result.open.length + result.edited.length === 0
  return end(describeExport(result), isWhole ? 0 : 1)
}

async function findAudience(
  store: Store,
  { workspace, channelId }: { workspace: string | undefined; channelId: string | undefined },
): Promise<Audience | string> {
  const picked = await pickWorkspace(store, workspace)
  if (typeof picked === 'string') return picked
  const { teamId } = picked
  if (channelId === undefined) return { teamId, channelId: '', shared: false }
  const channel = await findChannel(store, teamId, channelId)
  return typeof channel === 'string' ? channel : { teamId, channelId, ...channel }
}

async function writeFolder(deps: ExchangeDeps, audience: Audience, given: string): Promise<Outcome> {
  const root = resolve(given)
  const there = await readMarkdown(root)
  if (typeof there === 'string') return end([there], 2)
  const folder = basename(root)
  const decisions = await listWritable(deps.store, audience)
  const files = new Map([...there].map(([name, text]) => [`${folder}/${name}`, text]))
  // What names a decision is ours and is written anew; version control shows the difference.
  const synced = [...files].flatMap(([path, text]) => {
    const decisionId = fromMadr(text, path)?.id
    return decisionId === undefined ? [] : [{ path, decisionId, contentHash: hashContent(text), renderedHash: '' }]
  })
  const plan = planExport(decisions, { folder, files, synced }, await readNames(deps.personName, decisions))
  const refused = await writeAll(root, plan.files)
  if (refused !== undefined) return end([refused], 2)
  const all = `${decisions.length} ${decisions.length === 1 ? 'decision' : 'decisions'}`
  if (plan.files.length > 0) return end([`Wrote ${plan.files.length} of ${all} to ${given}.`], 0)
  return end([decisions.length === 0 ? 'There is no decision to write yet.' : `${given} holds all ${all} already.`], 0)
}

async function writeAll(root: string, files: readonly ExportedFile[]): Promise<string | undefined> {
  try {
    makeFolder(root)
    for (const { path, text } of files) await writeFile(join(root, basename(path)), text)
    return undefined
  } catch (error) {
    const sentence = explainFolder(error, root)
    if (sentence === undefined) throw error
    return sentence
  }
}
