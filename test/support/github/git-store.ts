import { byGitName, encodeCommit, encodeTag, encodeTree, hashObject } from './git-objects.ts'
import type { Commit, GitMode, Tag, TreeEntry } from './git-objects.ts'

export type FlatEntry = { mode: GitMode; sha: string }
export type FlatTree = ReadonlyMap<string, FlatEntry>

/** The objects of one repository and its forks. */
export class GitStore {
  readonly blobs = new Map<string, Buffer>()
  readonly trees = new Map<string, readonly TreeEntry[]>()
  readonly commits = new Map<string, Commit>()
  readonly tags = new Map<string, Tag>()

  putBlob(content: string | Uint8Array): string {
    const bytes = Buffer.from(content)
    return put(this.blobs, hashObject('blob', bytes), bytes)
  }

  putCommit(commit: Commit): string {
    return put(this.commits, hashObject('commit', encodeCommit(commit)), commit)
  }

  putTag(tag: Tag): string {
    return put(this.tags, hashObject('tag', encodeTag(tag)), tag)
  }

  /** Writes a tree and its folders from whole paths. */
  putTree(files: FlatTree): string {
    const folders = new Map<string, Map<string, FlatEntry>>()
    const entries: TreeEntry[] = []
    for (const [path, entry] of files) {
      const [name = '', ...rest] = path.split('/')
      if (rest.length === 0) entries.push({ name, ...entry })
      else folders.set(name, (folders.get(name) ?? new Map<string, FlatEntry>()).set(rest.join('/'), entry))
    }
    for (const [name, inside] of folders) entries.push({ name, mode: '040000', sha: this.putTree(inside) })
    return put(this.trees, hashObject('tree', encodeTree(entries)), entries)
  }

  /** Every path below a tree, folders included, in git's order. */
  listTree(sha: string, under = ''): [string, FlatEntry][] {
    const entries = this.trees.get(sha) ?? []
    return entries.toSorted(byGitName).flatMap(({ name, mode, sha: child }): [string, FlatEntry][] => {
      const own: [string, FlatEntry] = [`${under}${name}`, { mode, sha: child }]
      return mode === '040000' ? [own, ...this.listTree(child, `${under}${name}/`)] : [own]
    })
  }

  /** The files of a commit by path. */
  filesOf(commitSha: string | undefined): Map<string, FlatEntry> {
    const tree = commitSha && this.commits.get(commitSha)?.tree
    return new Map(tree ? this.listTree(tree).filter(([, { mode }]) => mode !== '040000') : [])
  }

  /** The commit and everything before it, nearest first. */
  history(sha: string): string[] {
    const seen = new Set<string>()
    const queue = [sha]
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (seen.has(next)) continue
      seen.add(next)
      queue.push(...(this.commits.get(next)?.parents ?? []))
    }
    return [...seen]
  }
}

function put<T>(objects: Map<string, T>, sha: string, object: T): string {
  objects.set(sha, object)
  return sha
}
