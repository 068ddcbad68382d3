import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { SeedCommit, SeedFile, SeedPull, SeedRepository, SeedTag } from './seed.ts'

const LEFT_OUT = new Set(['.git', 'node_modules'])

/** One commit of a folder's history: the folder as it is on disk, with these paths replaced, or left out by null. */
type FolderCommit = Omit<SeedCommit, 'files'> & { files?: Record<string, SeedFile | null> }

/** The history a folder gets; a JSON file of this shape will do as well. */
export type FolderHistory = { commits: readonly FolderCommit[]; tags?: readonly SeedTag[]; pulls?: readonly SeedPull[] }

type Named = Omit<SeedRepository, 'commits' | 'tags' | 'pulls'>

/**
 * Seeds a repository from a folder on disk. `history` is the commits, oldest first, or the path of a JSON file with
 * them, which is not part of the repository; without one the folder is a single commit.
 */
export async function loadFolder(
  folder: string,
  named: Named,
  history?: FolderHistory | string,
): Promise<SeedRepository> {
  const manifest = typeof history === 'string' ? relative(folder, history).split(sep).join('/') : undefined
  const onDisk = await readFiles(folder, folder)
  if (manifest) delete onDisk[manifest]
  const { commits, tags, pulls } = await readHistory(history)
  // A path that only some commits have must be absent from the others.
  const absent = Object.fromEntries(commits.flatMap(({ files = {} }) => Object.keys(files)).map((path) => [path, null]))
  const seeds = commits.map((commit) => ({ ...commit, files: { ...absent, ...onDisk, ...commit.files } }))
  return { ...named, commits: seeds, ...(tags && { tags }), ...(pulls && { pulls }) }
}

async function readHistory(history: FolderHistory | string | undefined): Promise<FolderHistory> {
  if (history === undefined) return { commits: [{ message: 'Add the service' }] }
  if (typeof history !== 'string') return history
  // The file belongs to this repository, and a mistake in it fails the first test or try that loads it.
  return JSON.parse(await readFile(history, 'utf8')) as FolderHistory
}

async function readFiles(root: string, folder: string): Promise<Record<string, SeedFile>> {
  const files: Record<string, SeedFile> = {}
  for (const name of (await readdir(folder)).filter((entry) => !LEFT_OUT.has(entry))) {
    const full = join(folder, name)
    const stats = await lstat(full)
    if (stats.isDirectory()) Object.assign(files, await readFiles(root, full))
    else files[relative(root, full).split(sep).join('/')] = await readSeedFile(full, stats.mode, stats.isSymbolicLink())
  }
  return files
}

async function readSeedFile(full: string, mode: number, isLink: boolean): Promise<SeedFile> {
  if (isLink) return { symlink: await readlink(full) }
  return { content: await readFile(full), executable: (mode & 0o100) !== 0 }
}
