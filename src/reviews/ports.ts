import type { PackageAdvice } from '../evidence/facts/package-advice.ts'
import type { ReportData } from '../evidence/report/json.ts'
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
    ): Promise<{ data: ReportData }>
  }
  readPackages?: (texts: ReadonlyMap<string, string>, signal: AbortSignal) => Promise<PackageReading>
  narrate?: Narrate
  permalink?: (path: string, line: number, endLine: number) => Place['url']
  listExceptions?: () => Promise<readonly FindingException[]>
  findLast?: () => Promise<Past | undefined>
  now: () => number
}
