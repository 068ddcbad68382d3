import type { DayBudget } from '../access/day-budget.ts'
import type { Standing } from '../access/standing.ts'
import type { Claude } from '../claude/create-claude.ts'
import type { Store } from '../db/open-store.ts'
import type { Logger } from '../log.ts'
import type { VersionFinder } from '../verify/check-packages.ts'
import type { CodeHost } from './code-host.ts'
import type { ThreadAddress } from './inbound.ts'
import type { Analyst } from './read-findings.ts'
import type { DecisionMemory } from './decision-memory.ts'
import type { Recorder } from './recorder.ts'
import type { Reviewer } from './reviewer.ts'
import type { Voice } from './voice.ts'

export interface ChannelFacts {
  name: string
  kind: 'public' | 'private' | 'direct'
  shared: boolean
}

/** What Slack knows and the database may not. */
export interface Workplace {
  /** From when it resolves, a channel that is kept as public is one. */
  channel(teamId: string, channelId: string, freshMs?: number): Promise<ChannelFacts>
  standing(teamId: string, userId: string): Promise<Standing>
  personName(teamId: string, userId: string): Promise<string>
  /** Messages of a thread, oldest first; not the whole of it when Slack shows only a part now, undefined when it shows none. */
  readThread(
    thread: ThreadAddress,
  ): Promise<{ messages: { ts: string; authorId: string; text: string }[]; whole: boolean } | undefined>
  permalink(thread: ThreadAddress & { ts: string }): Promise<string | undefined>
}

/** Answers from what the project itself says, when no model may be asked. */
export interface Playbooks {
  /** Best first; a higher score is a better fit. */
  search(question: string): readonly { title: string; body: string; score: number }[]
}

export interface TurnDeps {
  store: Store
  voice: Voice
  workplace: Workplace
  code: CodeHost
  analyst: Analyst
  registry: VersionFinder
  reviewer: Reviewer
  recorder: Recorder
  decisions: DecisionMemory
  /** False where one process serves many workspaces: its GitHub credentials are none of theirs. */
  privateCode: boolean
  /** Undefined without a key. */
  claude: Claude | undefined
  modelName: string
  smallModelName: string
  playbooks: Playbooks
  prompts: { persona: string; summary: string }
  /** What each workspace may spend on models in a day. */
  budget: DayBudget
  /** How long a worker may be silent before another takes its turn over. */
  leaseMs: number
  now: () => number
  log: Logger
}
