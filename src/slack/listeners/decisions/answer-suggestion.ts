import { randomUUID } from 'node:crypto'
import { recordDecision } from '../../../decisions/act-on-decision.ts'
import {
  findSuggestion,
  keepSuggestion,
  type Suggestion,
  takeSuggestion,
} from '../../../decisions/capture/suggestions.ts'
import { parseAssertion } from '../../../decisions/checks/parse-assertion.ts'
import { writeCheck } from '../../../decisions/checks/write-check.ts'
import { emptyBody, type DecisionDraft, type Origin } from '../../../decisions/decision.ts'
import { refusals } from '../../../decisions/refusals.ts'
import { findDecision, listCards } from '../../../decisions/store.ts'
import { type Filled, toBody } from '../../views/decisions/form-fields.ts'
import { type FormContext, renderDecisionForm } from '../../views/decisions/form.ts'
import { sentences } from '../../views/sentences.ts'
import { type Actor, audienceOf, type Carried, type DeskDeps, postCard } from './decision-desk.ts'
import { carryOut } from './press-decision.ts'
import { isoDay } from '../../../lib/iso-day.ts'

/** Opens the form on a suggestion; gives a sentence when it was answered before. */
export async function editSuggestion(
  deps: DeskDeps,
  { triggerId, id, ...actor }: Actor & { triggerId: string; id: string },
): Promise<string | undefined> {
  const suggestion = await findSuggestion(deps.store, actor.teamId, id)
  if (!suggestion) return tell(await recordedBefore(deps, actor, id))
  await openSuggestion(deps, triggerId, suggestion)
  return undefined
}

/** Opens the form on something that was not suggested before, and keeps it until the form comes back. */
export async function suggest(
  deps: DeskDeps,
  place: { teamId: string; channelId: string; threadTs?: string | undefined; threadLink?: string | undefined },
  triggerId: string,
  draft: DecisionDraft,
): Promise<void> {
  const { teamId, channelId, threadTs, threadLink } = place
  const suggestion = { id: randomUUID(), teamId, channelId, threadTs, threadLink, ...draft }
  await keepSuggestion(deps.store, suggestion, deps.now())
  await openSuggestion(deps, triggerId, suggestion)
}

async function openSuggestion(deps: DeskDeps, triggerId: string, suggestion: Suggestion): Promise<void> {
  const { body, checks, reviewBy, id, teamId } = suggestion
  const context = { about: { kind: 'suggestion' as const, id }, channelId: suggestion.channelId }
  const view = renderDecisionForm(context, { body, checks: checks.map(writeCheck), reviewBy })
  const installation = await deps.installations.find(teamId)
  await installation?.clients.interactive.views.open({ trigger_id: triggerId, view })
}

/** Records a suggestion as it stands; gives the sentence for who confirmed it. */
export async function keepAsSuggested(deps: DeskDeps, actor: Actor, id: string): Promise<string> {
  const suggestion = await findSuggestion(deps.store, actor.teamId, id)
  const carried = suggestion
    ? await record(deps, actor, suggestion, suggestion, 'button')
    : await recordedBefore(deps, actor, id)
  return tell(carried)
}

async function tell(carried: Carried): Promise<string> {
  if ('refused' in carried) return carried.refused
  await carried.show()
  return sentences.recorded
}

/** Discards a suggestion; nothing of it is kept. */
export async function dropSuggestion(deps: DeskDeps, teamId: string, id: string): Promise<string> {
  return (await takeSuggestion(deps.store, teamId, id)) ? sentences.discarded : refusals.suggestionGone
}

/** What is wrong with a filled form, by field; undefined when it can be carried out. */
export function refuseFilled({ checks = [], reviewBy }: Filled, now: number): Record<string, string> | undefined {
  for (const line of checks) {
    const parsed = parseAssertion(line)
    if (!parsed.ok) return { checks: parsed.sentence.slice(0, 150) }
  }
  if (reviewBy !== undefined && toMs(reviewBy) <= now) return { reviewBy: sentences.dateIsPast }
  return undefined
}

/** Carries out what a form was filled in for: a new record, or a change to one. */
export async function saveForm(
  deps: DeskDeps,
  person: Omit<Actor, 'channelId'>,
  { about, filled, channelId }: FormContext & { filled: Filled },
): Promise<Carried> {
  const actor = { ...person, channelId }
  if (about.kind === 'decision') {
    const decision = await findDecision(deps.store, await audienceOf(deps, actor), about.id)
    const draft = toDraft(filled, decision ?? emptyDraft)
    return carryOut(deps, { ...actor, ...about }, { kind: 'edit', draft }, 'form')
  }
  const suggestion = await findSuggestion(deps.store, actor.teamId, about.id)
  if (!suggestion) return recordedBefore(deps, actor, about.id)
  return record(deps, actor, suggestion, toDraft(filled, suggestion), 'form')
}

async function record(
  deps: DeskDeps,
  actor: Actor,
  suggestion: Suggestion,
  { body, checks, reviewBy, supersedes }: DecisionDraft,
  origin: Origin,
): Promise<Carried> {
  const { id, teamId, channelId, threadTs, threadLink } = suggestion
  const audience = await audienceOf(deps, { ...actor, channelId })
  const { isAdmin } = await deps.directory.person(teamId, actor.userId)
  const place = { id, teamId, channelId, threadTs, threadLink }
  const draft = { body, checks, reviewBy, supersedes }
  const by = { userId: actor.userId, isAdmin, origin }
  const acted = await recordDecision(deps.store, audience, { ...place, ...draft }, by, deps.now(), true)
  return 'refused' in acted ? acted : { show: () => postCard(deps, acted.decision) }
}

/** Slack has answered by then, or will not. */
const cardTakesMs = 60_000

/** A record whose card never came, as Slack was away or the process ended, gets it when somebody presses again. */
async function recordedBefore(deps: DeskDeps, actor: Actor, id: string): Promise<Carried> {
  const decision = await findDecision(deps.store, await audienceOf(deps, actor), id)
  const isMissed = decision !== undefined && decision.createdAt < deps.now() - cardTakesMs
  if (!isMissed || (await listCards(deps.store, id)).length > 0) return { refused: refusals.suggestionGone }
  return { show: () => postCard(deps, decision) }
}

const emptyDraft: DecisionDraft = { body: emptyBody(''), checks: [], reviewBy: undefined, supersedes: [] }

function toDraft(filled: Filled, before: DecisionDraft): DecisionDraft {
  const isSameDay = before.reviewBy !== undefined && filled.reviewBy === isoDay(before.reviewBy)
  const day = 'reviewBy' in filled && !isSameDay ? filled.reviewBy && toMs(filled.reviewBy) : before.reviewBy
  return {
    body: toBody(filled, before.body),
    checks: filled.checks ?? before.checks,
    reviewBy: day === '' ? undefined : day,
    supersedes: before.supersedes,
  }
}

const toMs = (date: string) => Date.parse(`${date}T23:59:59Z`)
