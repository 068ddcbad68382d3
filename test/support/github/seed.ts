/** A file's content, or what else can stand at a path. */
export type SeedFile =
  | string
  | Uint8Array
  | { content: string | Uint8Array; executable: boolean }
  | { symlink: string }
  | { submodule: string }

/**
 * One commit. `files` are the changes to its first parent, null removes a path. Without `parents` it follows the tip of
 * its branch; a new branch starts at the default branch's tip. `id` names the commit for `parents` and tags.
 */
export type SeedCommit = {
  message: string
  files: Record<string, SeedFile | null>
  id?: string
  branch?: string
  author?: string
  date?: string
  parents?: readonly string[]
}

/** A pull request; a head in a fork is written `owner:branch`. */
export type SeedPull = {
  number: number
  title: string
  head: string
  base?: string
  body?: string
  author?: string
  state?: 'open' | 'closed'
  merged?: boolean
  draft?: boolean
}

export type SeedTag = { name: string; at: string; message?: string }

export type SeedRepository = {
  owner: string
  name: string
  commits: readonly SeedCommit[]
  private?: boolean
  archived?: boolean
  defaultBranch?: string
  tags?: readonly SeedTag[]
  pulls?: readonly SeedPull[]
  /** Former full names, which answer 301. */
  formerNames?: readonly string[]
  /** Full name of the repository this one was forked from; seed that one first. */
  forkOf?: string
  collaborators?: Record<string, 'admin' | 'write' | 'read'>
  /** Beginnings of branch names that a rule protects from everybody's writes. */
  protected?: readonly string[]
}

/** Full names a caller may read besides public ones. */
export type Readable = readonly string[]

/** `writes` are the full names it may write to. A classic token is told 404 where it may not write, others 403. */
export type SeedToken = { token: string; login?: string; repositories: Readable; writes?: Readable; classic?: boolean }
export type SeedInstallation = {
  id: number
  account: string
  repositories: Readable
  writes?: Readable
  suspended?: boolean
}
export type SeedApp = { appId: string; name: string; publicKey: string; installations: readonly SeedInstallation[] }

export type SeedGitHub = {
  repositories?: readonly SeedRepository[]
  tokens?: readonly SeedToken[]
  apps?: readonly SeedApp[]
}
