import { DayBudget } from '../access/day-budget.ts'
import { readChannelSettings } from '../access/channel-settings.ts'
import { ThreadRecorder } from '../decisions/capture/record-from-thread.ts'
import { DecisionRecall } from '../decisions/recall-decisions.ts'
import type { RunningTurn } from '../jobs/dispatcher.ts'
import { loadPlaybooks } from '../knowledge/load-playbooks.ts'
import { indexPlaybooks, searchPlaybooks } from '../knowledge/search-playbooks.ts'
import { findCode } from '../reviews/thread/find-code.ts'
import type { ThreadReviews } from '../reviews/thread/thread-reviews.ts'
import { writeDraft } from '../slack/views/decisions/write-decision.ts'
import type { Claim } from '../turns/claim-turn.ts'
import type { TurnDeps } from '../turns/deps.ts'
import { maskCode } from '../turns/mask-code.ts'
import { TurnRun } from '../turns/run-turn.ts'
import type { AnsweringParts } from './answering-parts.ts'
import { buildReviews } from './build-reviews.ts'
import { readPrompt } from './read-prompt.ts'

export interface Answering {
  reviews: ThreadReviews
  run(claim: Claim): RunningTurn
}

/** Builds what answers: the turns of a thread, and its reviews. Nothing of it is needed to take questions. */
export function buildAnswering(parts: AnsweringParts): Answering {
  const { store, config, now } = parts
  const budget = new DayBudget({
    store,
    limitUsd: config.claude.dailyBudgetUsd,
    allowUnpriced: config.claude.allowUnpriced,
    now,
  })
  const reviews = buildReviews(parts, budget)
  const deps = buildTurnDeps(parts, reviews, budget)
  return { reviews, run: (claim) => new TurnRun(deps, claim) }
}

function buildTurnDeps(parts: AnsweringParts, reviews: ThreadReviews, budget: DayBudget): TurnDeps {
  const { config, store, slack, github, registry, analyst, claude, privateCode, leaseMs, now, log } = parts
  return {
    store,
    voice: slack.voice,
    workplace: slack.workplace,
    code: maskCode(github),
    analyst,
    registry,
    reviewer: reviews,
    recorder: buildRecorder(parts),
    decisions: new DecisionRecall(store),
    privateCode,
    claude,
    modelName: config.claude.model,
    smallModelName: config.claude.smallModel,
    playbooks: openPlaybooks(),
    prompts: { persona: readPrompt('architect.md'), summary: readPrompt('summary.md') },
    budget,
    leaseMs,
    now,
    log: log.child({ folder: 'turns' }),
  }
}

/** Read when somebody is first answered from them. */
function openPlaybooks(): TurnDeps['playbooks'] {
  let index: ReturnType<typeof indexPlaybooks> | undefined
  return {
    search: (question) => {
      index ??= indexPlaybooks(loadPlaybooks())
      return searchPlaybooks(index, question).map(({ playbook, score }) => ({ ...playbook, score }))
    },
  }
}

function buildRecorder({ config, store, claude, now }: AnsweringParts): ThreadRecorder {
  return new ThreadRecorder({
    store,
    drafter: claude && { claude, instructions: readPrompt('decision.md'), modelName: config.claude.model, now },
    findRepository: async (thread) =>
      findCode({ store }, thread, undefined, (await readChannelSettings(store, thread)).repository),
    write: writeDraft,
    now,
  })
}
