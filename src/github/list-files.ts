import type { Api } from './api.ts'
import type { FileEntry, FileTree } from './file-tree.ts'
import { fail, succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import { readFolder, readWholeTree, walkToFolder } from './read-tree.ts'
import { cleanPath } from './repository-path.ts'
import type { Pin } from './target.ts'

/** Files in git's order; `truncated` when GitHub left some out because the tree is too large. */
export type FileList = { files: FileEntry[]; truncated: boolean }

/** Lists every file of a commit, or of one folder of it, all the way down; one file's path gives that file. */
export async function listFiles(
  api: Api,
  pin: Pin,
  { path = '', ...options }: CallOptions & { path?: string } = {},
): Promise<Outcome<FileList>> {
  const whole = await readWholeTree(api, pin, options)
  if (!whole.ok) return whole
  const folder = cleanPath(path)
  if (folder === undefined) return fail({ kind: 'missing', path })
  if (folder === '') return succeed({ files: [...whole.value.files.values()], truncated: whole.value.truncated })
  if (!whole.value.truncated) return listFrom(whole.value, folder)
  const below = await readBelow(api, pin, { whole: whole.value, folder }, options)
  return below.ok ? listFrom(below.value, folder) : below
}

async function readBelow(
  api: Api,
  pin: Pin,
  { whole, folder }: { whole: FileTree; folder: string },
  options: CallOptions,
): Promise<Outcome<FileTree>> {
  const known = whole.folders.get(folder)
  if (known !== undefined) return readFolder(api, pin, { sha: known, path: folder }, options)
  const parent = await walkToFolder(api, pin, folder.split('/').slice(0, -1).join('/'), options)
  if (!parent.ok) return parent
  const sha = parent.value?.folders.get(folder)
  if (sha !== undefined) return readFolder(api, pin, { sha, path: folder }, options)
  return parent.value ? succeed(parent.value) : fail({ kind: 'missing', path: folder })
}

function listFrom(tree: FileTree, folder: string): Outcome<FileList> {
  const own = tree.files.get(folder)
  if (own) return succeed({ files: [own], truncated: false })
  const files = [...tree.files.values()].filter((file) => file.path.startsWith(`${folder}/`))
  if (files.length === 0 && !tree.folders.has(folder)) return fail({ kind: 'missing', path: folder })
  return succeed({ files, truncated: tree.truncated })
}
