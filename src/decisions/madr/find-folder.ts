import { parse } from 'yaml'
import * as z from 'zod'

/** Files in which a repository says where its decisions are: adr-tools' and log4brains' own. */
export const pointerFiles = ['.adr-dir', '.log4brains.yml'] as const

const usual = [
  'docs/decisions',
  'docs/adr',
  'docs/adrs',
  'doc/adr',
  'doc/adrs',
  'docs/architecture/decisions',
  'doc/architecture/decisions',
  'docs/architecture-decisions',
  'adr',
  'adrs',
  'decisions',
]
/** What MADR proposes. */
const otherwise = 'docs/decisions'

/** The folders that hold a repository's decisions, the one for new files first; `pointers` are the texts of pointerFiles. */
export function findFolders(paths: readonly string[], pointers: ReadonlyMap<string, string>): string[] {
  const told = [...readAdrDir(pointers.get('.adr-dir')), ...readLog4brains(pointers.get('.log4brains.yml'))]
  const used = usual.filter((folder) => paths.some((path) => isDecisionFile(path, [folder])))
  const folders = [...new Set([...told, ...used])]
  return folders.length === 0 ? [otherwise] : folders
}

const notDecisions = /^(?:readme|index|template.*|.*template|contributing|changelog|toc)\.md$/i

/**
 * Whether a path is a decision's file in one of the folders; indexes and templates are not. Below a folder, as in MADR's
 * categories, only names that begin with a number or date are meant.
 */
export function isDecisionFile(path: string, folders: readonly string[]): boolean {
  const cut = path.lastIndexOf('/')
  const name = path.slice(cut + 1)
  if (!/\.md$/i.test(name) || notDecisions.test(name)) return false
  return (
    folders.includes(path.slice(0, Math.max(0, cut))) ||
    (isCounted(name) && folders.some((folder) => path.startsWith(`${folder}/`)))
  )
}

function isCounted(name: string): boolean {
  return /^(?:adr[-_]?)?\d/i.test(name)
}

function readAdrDir(text: string | undefined): string[] {
  const folder = cleanFolder(text?.trim() ?? '')
  return folder === undefined ? [] : [folder]
}

const log4brains = z.object({
  project: z.object({
    adrFolder: z.string().optional(),
    packages: z.array(z.object({ adrFolder: z.string() })).optional(),
  }),
})

function readLog4brains(text: string | undefined): string[] {
  const { project } = parseYaml(text ?? '') ?? {}
  const folders = [project?.adrFolder, ...(project?.packages ?? []).map(({ adrFolder }) => adrFolder)]
  return folders.flatMap((folder) => cleanFolder(folder ?? '') ?? [])
}

function parseYaml(text: string): z.infer<typeof log4brains> | undefined {
  try {
    return log4brains.safeParse(parse(text)).data
  } catch {
    return undefined
  }
}

function cleanFolder(folder: string): string | undefined {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/')
}
