import type * as z from 'zod'
import type { ProblemFacts } from './problem.ts'
import type { RepositoryRef } from './target.ts'

/** Every call ends early, by throwing the signal's reason, when its signal aborts. */
export type CallOptions = { signal?: AbortSignal | undefined }

/** Where to read, in which repository if in one, and what a "not found" would mean there. */
export type Read = CallOptions & {
  route: `GET /${string}`
  params?: Record<string, string | number>
  repository?: RepositoryRef
  missing: ProblemFacts
}

/** One read of JSON. `immutable` answers are asked once, `changing` ones again by ETag, `fresh` ones always anew. */
export type Question<T> = Read & {
  schema: z.ZodType<T>
  keep: 'immutable' | 'changing' | 'fresh'
  maxBodyBytes?: number
}
