/** One entry of a commit that is not a folder. `blobSha` names its content, or a submodule's commit. */
export type FileEntry = {
  path: string
  kind: 'file' | 'symlink' | 'submodule'
  sizeBytes: number
  blobSha: string
}

/** Files and folders by path; `truncated` when GitHub left some out because there are too many. */
export type FileTree = {
  files: ReadonlyMap<string, FileEntry>
  folders: ReadonlyMap<string, string>
  truncated: boolean
}

type GitEntry = { path: string; mode: string; type: string; sha: string; size?: number | undefined }

/** Sorts git's entries, whose paths start at the folder `under`, into files and folders. */
export function buildFileTree(under: string, entries: readonly GitEntry[], truncated: boolean): FileTree {
  const files = new Map<string, FileEntry>()
  const folders = new Map<string, string>()
  for (const { path: relative, mode, type, sha, size } of entries) {
    const path = under ? `${under}/${relative}` : relative
    if (type === 'tree') folders.set(path, sha)
    else files.set(path, { path, kind: kindOf(mode, type), sizeBytes: size ?? 0, blobSha: sha })
  }
  return { files, folders, truncated }
}

// Git's file modes: https://git-scm.com/docs/git-fast-import#_filemodify
function kindOf(mode: string, type: string): FileEntry['kind'] {
  if (type === 'commit') return 'submodule'
  return mode === '120000' ? 'symlink' : 'file'
}
