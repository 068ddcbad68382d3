import type { Claude } from '../claude/create-claude.ts'
import type { Config } from '../config.ts'
import type { Store } from '../db/open-store.ts'
import type { BackgroundAnalyst } from '../evidence/background-analyst.ts'
import type { GitHub } from '../github/github.ts'
import type { DecisionChecks } from '../jobs/decision-checks.ts'
import type { Logger } from '../log.ts'
import type { Registry } from '../npm/registry.ts'
import type { ThreadReviewDeps } from '../reviews/thread/thread-deps.ts'
import type { Slack } from '../slack/create-slack.ts'

/** What answers are made with. */
export interface AnsweringParts {
  config: Config
  store: Store
  slack: Slack
  github: GitHub
  registry: Registry
  analyst: BackgroundAnalyst
  claude: Claude | undefined
  checks: DecisionChecks
  isShared: ThreadReviewDeps['isShared']
  privateCode: boolean
  leaseMs: number
  now: () => number
  log: Logger
}
