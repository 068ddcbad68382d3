import { parseArgs } from 'node:util'

export const exportHelp = `Usage: npm run architect -- export <owner/repo> [options]
       npm run architect -- export --to <folder> [options]

  Writes decisions as MADR files: to a repository by one pull request on the branch
  architect/decisions, or into a folder on this machine. Drafts and withdrawn decisions
  are not written, and decisions of private channels only with --channel.

  --to <folder>       write files there and ask GitHub nothing; files that are not ours stay
  --channel <C…>      also what this channel alone may read, unless the repository is public
  --workspace <T…>    needed when the database holds several
  --help              print this

Exit codes: 0 written or nothing to do, 1 something was left out, 2 it could not be done.
`

export const importHelp = `Usage: npm run architect -- import <owner/repo> --channel <C…> [options]

  Reads the decision files at the head of the default branch and takes over what is new
  or changed there. The decisions belong to the channel: who reads it reads them.

  --channel <C…>      the channel, by its id; a private repository has to be linked to it
  --preview           say what each file is, and change nothing
  --take theirs|ours  settle files that differ on both sides: import them, or have the
                      next export write them again
  --workspace <T…>    needed when the database holds several
  --help              print this

Exit codes: 0 imported or nothing to do, 1 something is left for people, 2 it could not be done.
`

/** What `export` and `import` are asked for; each knows its own part of it. */
export interface ExchangeOptions {
  repository: string | undefined
  folder: string | undefined
  channelId: string | undefined
  workspace: string | undefined
  isPreview: boolean
  take: 'theirs' | 'ours' | undefined
}

/** The options of an export, 'help' when that was asked for, or one sentence on what is wrong with them. */
export function readExportOptions(args: readonly string[]): ExchangeOptions | { help: true } | string {
  const read = readOptions(args, ['to', 'channel', 'workspace', 'help'])
  if (typeof read === 'string' || 'help' in read) return read
  if ((read.repository === undefined) === (read.folder === undefined))
    return 'Name a repository or a folder: npm run architect -- export acme/orders, or export --to docs/decisions'
  return read
}

/** The options of an import, as readExportOptions gives them. */
export function readImportOptions(args: readonly string[]): ExchangeOptions | { help: true } | string {
  const read = readOptions(args, ['channel', 'workspace', 'preview', 'take', 'help'])
  if (typeof read === 'string' || 'help' in read) return read
  if (read.repository === undefined || read.channelId === undefined)
    return 'Name a repository and a channel: npm run architect -- import acme/orders --channel C0123ABCD'
  return read
}

const known = {
  to: { type: 'string' },
  channel: { type: 'string' },
  workspace: { type: 'string' },
  preview: { type: 'boolean' },
  take: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

function readOptions(
  args: readonly string[],
  own: readonly (keyof typeof known)[],
): ExchangeOptions | { help: true } | string {
  const parsed = parse(args)
  const list = own.map((name) => `--${name}`).join(', ')
  if (typeof parsed === 'string') return `${parsed} The options are ${list}.`
  const { values, positionals } = parsed
  if (values.help) return { help: true }
  const stranger = Object.keys(values).find((name) => !own.some((one) => one === name))
  if (stranger !== undefined) return `--${stranger} does not belong here. The options are ${list}.`
  const [name, second] = positionals
  if (second !== undefined) return `Name one repository at a time, not also ${second}.`
  const repository = name === undefined ? undefined : readName(name)
  if (name !== undefined && repository === undefined)
    return `"${name}" is no repository: write it as owner/repo, such as acme/orders.`
  const take = (['theirs', 'ours'] as const).find((side) => side === values.take)
  if (values.take !== undefined && !take) return `There is no side "${values.take}": use theirs or ours.`
  return {
    repository,
    folder: values.to,
    channelId: values.channel,
    workspace: values.workspace,
    isPreview: values.preview ?? false,
    take,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: known })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return `${error.message.split('. ')[0]}.`
  }
}

function readName(text: string): string | undefined {
  return /^(?:https?:\/\/[^/\s]+\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(text)?.[1]?.toLowerCase()
}
