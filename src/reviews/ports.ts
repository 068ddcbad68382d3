import type { PackageAdvice } from '../evidence/facts/package-advice.ts'
import type { CodeFacts } from '../evidence/report/code-facts.ts'
import type { ReportData } from '../evidence/report/json.ts'
import type { CheckedDecision, CodeRead } from './decision-port.ts'
import type { Past } from './compare-reviews.ts'
import type { FindingException } from './exceptions.ts'
import type { Narrate } from './narrate.ts'
import type { PackageReading } from './read-package-advice.ts'
import type { Place } from './review.ts'

/** What a review needs from outside. Everything but `analyst` and `now` may be missing, and the report then says less. */
export interface ReviewPorts {
  analyst: {
    analyse(
      files: ReadonlyMap<string, string>,
      packages?: readonly PackageAdvice[],
      packagesNotAssessed?: readonly string[],
    ): Promise<{ data: ReportData; facts: CodeFacts }>
  }
  readPackages?: (texts: ReadonlyMap<string, string>, signal: AbortSignal) => Promise<PackageReading>
  narrate?: Narrate
  permalink?: (path: string, line: number, endLine: number) => Place['url']
  /** The address of the repository. */
  repositoryUrl?: string
  /** Checks the decisions that govern the code, and of a change what it was before; undefined when that failed. */
  checkDecisions?: (head: CodeRead, base: CodeRead | undefined) => Promise<readonly CheckedDecision[] | undefined>
  listExceptions?: () => Promise<readonly FindingException[]>
  findLast?: () => Promise<Past | undefined>
  now: () => number
}
