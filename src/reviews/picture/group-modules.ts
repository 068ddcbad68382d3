import type { ModuleSummary } from '../../evidence/report/modules-summary.ts'

/** Files that are drawn as one box: a folder, or what is left in a folder whose subfolders have boxes of their own. */
export interface ModuleGroup {
  name: string
  files: readonly ModuleSummary[]
}

/** More boxes than these cannot be read at the size of a picture in Slack. */
const boxesAtMost = 14

/** Parts files into folders, the largest split further as long as the boxes stay few; every file is in exactly one group. */
export function groupModules(modules: readonly ModuleSummary[], most = boxesAtMost): ModuleGroup[] {
  let groups = mergeSmallest(splitFolder({ folder: '', files: modules }), most)
  for (let next = pickLargest(groups, most); next; next = pickLargest(groups, most)) {
    const { at, pieces } = next
    groups = [...groups.slice(0, at), ...pieces, ...groups.slice(at + 1)]
  }
  return groups.map((group) => ({ name: nameOf(group), files: group.files }))
}

interface Folder {
  folder: string
  files: readonly ModuleSummary[]
  /** Holds only files that stand directly in the folder. */
  isRest?: boolean
}

/** One level down; a folder with nothing but one subfolder is passed through. */
function splitFolder({ folder, files, isRest }: Folder): Folder[] {
  if (isRest) return [{ folder, files, isRest }]
  const below = Map.groupBy(files, ({ path }) => childOf(folder, path))
  const folders: Folder[] = [...below].map(([child, inside]) =>
    child === '' ? { folder, files: inside, isRest: true } : { folder: child, files: inside },
  )
  const [only] = folders
  return folders.length === 1 && only && !only.isRest ? splitFolder(only) : folders
}

/** The subfolder of `folder` that a path is in, with a slash at its end; empty for a file directly in it. */
function childOf(folder: string, path: string): string {
  const end = path.indexOf('/', folder.length)
  return end === -1 ? '' : path.slice(0, end + 1)
}

/** The largest group that can be split at all, in as many pieces as there is room for. */
function pickLargest(groups: readonly Folder[], most: number): { at: number; pieces: Folder[] } | undefined {
  const room = most - groups.length + 1
  if (room < 2) return undefined
  const splits = groups.map((group, at) => ({ at, lines: countLines(group.files), pieces: splitFolder(group) }))
  const [largest] = splits.filter(({ pieces }) => pieces.length > 1).toSorted((a, b) => b.lines - a.lines)
  return largest && { at: largest.at, pieces: mergeSmallest(largest.pieces, room) }
}

/** What does not fit goes together, the smallest first, as the rest of the folder. */
function mergeSmallest(pieces: readonly Folder[], most: number): Folder[] {
  if (pieces.length <= most) return [...pieces]
  const bySize = pieces.toSorted(
    (a, b) => Number(a.isRest ?? false) - Number(b.isRest ?? false) || countLines(b.files) - countLines(a.files),
  )
  const small = bySize.slice(most - 1)
  const folder = commonFolder(small.map((piece) => piece.folder))
  return [...bySize.slice(0, most - 1), { folder, files: small.flatMap(({ files }) => files), isRest: true }]
}

/** The folder, with its slash, that all of these are in; empty for the top. */
export function commonFolder(paths: readonly string[]): string {
  const parts = (paths[0] ?? '').split('/').slice(0, -1)
  while (parts.length > 0 && !paths.every((path) => path.startsWith(`${parts.join('/')}/`))) parts.pop()
  return parts.length > 0 ? `${parts.join('/')}/` : ''
}

export function countLines(files: readonly ModuleSummary[]): number {
  return files.reduce((sum, { lines }) => sum + lines, 0)
}

function nameOf({ folder, files, isRest }: Folder): string {
  const [only] = files
  if (files.length === 1 && only) return only.path
  return folder === '' ? 'other files' : isRest ? `${folder}…` : folder
}
