import type { Usage } from '../../claude/usage.ts'
import type { Store } from '../../db/open-store.ts'
import type { CodeHost } from '../code-host.ts'
import type { RunReview } from '../run-review.ts'

/** What reviews in Slack need. */
export interface ThreadReviewDeps {
  store: Store
  host: CodeHost
  run: RunReview
  /** Undefined without a key. */
  model: { name: string; allowUnpriced: boolean } | undefined
  /** False where one process serves many workspaces: its GitHub credentials are none of theirs. */
  privateCode: boolean
  /** Whether people of another company read a channel; asked anew, since that can change. */
  isShared: (channel: { teamId: string; channelId: string }) => Promise<boolean>
  /** What the day's budget leaves a workspace, in US dollars. */
  leftToday: (teamId: string) => Promise<number>
  now: () => number
}

/** Keeps what a finished model call used. */
export type NoteUsage = (model: string, usage: Usage) => Promise<void>
