/** Every expected way in which reading GitHub can fail, as facts. */
export type ProblemFacts =
  | { kind: 'not-found'; owner: string; name: string }
  | { kind: 'no-such-ref'; owner: string; name: string; ref: string }
  | { kind: 'no-such-commit'; owner: string; name: string; sha: string }
  | { kind: 'no-such-comparison'; owner: string; name: string; base: string; head: string }
  | { kind: 'no-such-pull'; owner: string; name: string; number: number }
  | { kind: 'empty-repository'; owner: string; name: string }
  | { kind: 'too-large-repository'; owner: string; name: string; maxBytes: number }
  | { kind: 'other-host'; host: string; ownHost: string }
  | { kind: 'rate-limited'; scope: 'primary' | 'secondary'; retryAt: Date; anonymous: boolean }
  | { kind: 'unauthorised' }
  | { kind: 'unavailable'; status?: number }
  | { kind: 'timed-out' }
  | { kind: 'foreign-redirect'; host: string }
  | { kind: 'missing'; path: string }
  | { kind: 'directory'; path: string }
  | { kind: 'binary'; path: string; sizeBytes: number }
  | { kind: 'not-utf8'; path: string; sizeBytes: number }
  | { kind: 'too-large'; path: string; sizeBytes: number; maxBytes: number }
  | { kind: 'lfs-pointer'; path: string; sizeBytes: number; oid: string }
  | { kind: 'submodule'; path: string; sha: string }
  | { kind: 'symlink'; path: string; target: string; resolvedPath?: string }

/** The facts of a failure and one plain-text sentence a person can act on; Slack escaping is the caller's. */
export type GitHubProblem = ProblemFacts & { sentence: string }
