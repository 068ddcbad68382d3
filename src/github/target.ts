/** Lines of a file, counted from 1, both ends included. */
export type LineRange = { start: number; end: number }

/** One side of a comparison; `owner` is set when the branch lives in a fork. */
export type CompareSide = { ref: string; owner?: string }

type Place = { host: string; owner: string; name: string }

/**
 * What a GitHub address points at. In a `path` target the first segments are a branch, tag or commit and the rest a
 * path; where one ends and the other begins is only known after asking GitHub, because branch names contain slashes.
 */
export type GitHubTarget =
  | (Place & { kind: 'repository' })
  | (Place & { kind: 'path'; segments: string[]; lines?: LineRange })
  | (Place & { kind: 'commit'; sha: string })
  | (Place & { kind: 'compare'; base?: CompareSide; head: CompareSide })
  | (Place & { kind: 'pull'; number: number })

/** A repository by name, as people write it: owner/name. */
export type RepositoryRef = { owner: string; name: string }

/** One commit of one repository. Made by `resolve`, so holding one means that GitHub let this identity read it. */
export type Pin = { owner: string; name: string; sha: string }
