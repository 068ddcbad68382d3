import * as z from 'zod'

/** One file of a change. `patch` is a unified diff without headers, absent when binary or too large for GitHub. */
export type ChangedFile = {
  path: string
  status: string
  additions: number
  deletions: number
  patch?: string
  previousPath?: string
}

/** GitHub's form of a changed file, in commits, comparisons and pull requests alike. */
export const changedFiles = z.array(
  z
    .object({
      filename: z.string(),
      status: z.string(),
      additions: z.number(),
      deletions: z.number(),
      patch: z.string().optional(),
      previous_filename: z.string().optional(),
    })
    .transform(({ filename, status, additions, deletions, patch, previous_filename }): ChangedFile => ({
      path: filename,
      status,
      additions,
      deletions,
      ...(patch !== undefined && { patch }),
      ...(previous_filename !== undefined && { previousPath: previous_filename }),
    })),
)
