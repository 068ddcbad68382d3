import type { DayBudget } from '../../access/day-budget.ts'
import type { Store } from '../../db/open-store.ts'
import type { CodeHost } from '../code-host.ts'
import type { CheckDecisions } from '../decision-port.ts'
import type { Narrate } from '../narrate.ts'
import type { ReviewPorts } from '../ports.ts'

/** What reviews in Slack need. */
export interface ThreadReviewDeps {
  store: Store
  host: CodeHost
  analyst: ReviewPorts['analyst']
  checkDecisions: CheckDecisions
  readPackages: NonNullable<ReviewPorts['readPackages']>
  /** Undefined without a key. */
  model: { name: string; allowUnpriced: boolean; narrate: Narrate } | undefined
  /** False where one process serves many workspaces: its GitHub credentials are none of theirs. */
  privateCode: boolean
  /** Whether people of another company read a channel; asked anew, since that can change. */
  isShared: (channel: { teamId: string; channelId: string }) => Promise<boolean>
  budget: DayBudget
  now: () => number
}
