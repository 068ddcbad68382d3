import { and, type SQL, sql } from 'drizzle-orm'
import { reviews } from '../db/schema.ts'

/** Whether a review's target lies in a repository, given in lower case: acme/orders, acme/orders:src, acme/orders#12. */
export function isTargetIn(repository: string): SQL | undefined {
  return and(
    sql`instr(${reviews.target} || ' ', ${repository}) = 1`,
    sql`substr(${reviews.target} || ' ', ${repository.length + 1}, 1) in (' ', ':', '#', '@')`,
  )
}
