import { randomUUID } from 'node:crypto'
import { actOnDecision, reopenDecision } from '../../../decisions/act-on-decision.ts'
import type { Act, Decision, Origin } from '../../../decisions/decision.ts'
import { describeBreak } from '../../../decisions/checks/describe-break.ts'
import { readChecks } from '../../../decisions/checks/record-checks.ts'
import { writeCheck } from '../../../decisions/checks/write-check.ts'
import { refusals } from '../../../decisions/refusals.ts'
import { findDecision, findDecisions, readHistory } from '../../../decisions/store.ts'
import { nameDecision } from '../../../decisions/decision.ts'
import { refusalCode } from '../../delivery/slack-failure.ts'
import type { DecisionAct } from '../../views/decisions/acts.ts'
import { renderDetails } from '../../views/decisions/details.ts'
import { renderDecisionForm } from '../../views/decisions/form.ts'
import { type NotedAct, renderNoteForm } from '../../views/decisions/note-form.ts'
import {
  type Actor,
  announce,
  audienceOf,
  type Carried,
  type DeskDeps,
  postCard,
  refreshCards,
  listGone,
  viewFor,
} from './decision-desk.ts'

export interface PressedDecision extends Actor {
  act: DecisionAct
  id: string
  version: number
  triggerId: string
  /** The open form it was pressed in. */
  viewId: string | undefined
}

/** What a button on a decision does; gives the sentence for who pressed it when it could not be done. */
export async function pressDecision(deps: DeskDeps, pressed: PressedDecision): Promise<string | undefined> {
  const audience = await audienceOf(deps, pressed)
  const decision = await findDecision(deps.store, audience, pressed.id)
  if (!decision) return refusals.notFound
  const told = await press(deps, pressed, decision)
  // A card that shows less than there is was not brought up to date when it changed.
  const now = told === undefined ? decision : await findDecision(deps.store, audience, pressed.id)
  if (now && now.version > pressed.version) await refreshCards(deps, { decision: now, alsoChanged: [] })
  return told
}

async function press(deps: DeskDeps, pressed: PressedDecision, decision: Decision): Promise<string | undefined> {
  switch (pressed.act) {
    case 'details':
      return showDetails(deps, pressed, decision)
    case 'edit':
      return openForm(deps, pressed, (version) =>
        renderDecisionForm(
          { about: { kind: 'decision', id: decision.id, version }, channelId: pressed.channelId },
          { body: decision.body, checks: decision.checks.map(writeCheck), reviewBy: decision.reviewBy },
        ),
      )
    case 'reject':
    case 'withdraw':
    case 'amend':
    case 'review':
    case 'supersede':
    case 'deprecate': {
      const act: NotedAct = pressed.act
      return openForm(deps, pressed, (version) =>
        renderNoteForm({ act, id: decision.id, version, channelId: pressed.channelId }, describe(decision)),
      )
    }
    case 'reopen':
      return reopen(deps, pressed)
    case 'propose':
    case 'approve':
    case 'widen': {
      const carried = await carryOut(deps, pressed, { kind: pressed.act }, 'button')
      if ('refused' in carried) return carried.refused
      await carried.show()
      if (pressed.viewId) await renewDetails(deps, pressed, pressed.viewId)
      return undefined
    }
  }
}

/** Carries out an act; gives how it is shown everywhere, or a sentence when it is refused. */
export async function carryOut(
  deps: DeskDeps,
  seen: Actor & { id: string; version: number },
  act: Act,
  origin: Origin,
): Promise<Carried> {
  const audience = await audienceOf(deps, seen)
  const before = await findDecision(deps.store, audience, seen.id)
  const { isAdmin } = await deps.directory.person(seen.teamId, seen.userId)
  const actor = { userId: seen.userId, isAdmin, origin }
  const isWord = act.kind === 'approve' || act.kind === 'reject'
  const known = before && isWord ? { ...act, gone: await listGone(deps, before, 0) } : act
  const acted = await actOnDecision(deps.store, audience, seen, known, actor, deps.now())
  if ('refused' in acted) return acted
  return {
    show: async () => {
      await refreshCards(deps, acted)
      await announce(deps, before, acted.decision)
    },
  }
}

async function reopen(deps: DeskDeps, seen: PressedDecision): Promise<string | undefined> {
  const { isAdmin } = await deps.directory.person(seen.teamId, seen.userId)
  const actor = { userId: seen.userId, isAdmin, origin: 'button' as const }
  const audience = await audienceOf(deps, seen)
  const acted = await reopenDecision(deps.store, audience, seen, randomUUID(), actor, deps.now())
  if ('refused' in acted) return acted.refused
  await postCard(deps, acted.decision)
  await refreshCards(deps, acted)
  return undefined
}

async function openForm(
  { installations }: DeskDeps,
  { teamId, triggerId, viewId, version }: PressedDecision,
  render: (version: number) => ReturnType<typeof renderNoteForm>,
): Promise<undefined> {
  const views = (await installations.find(teamId))?.clients.interactive.views
  const form = { trigger_id: triggerId, view: render(version) }
  await (viewId ? views?.push(form) : views?.open(form))
  return undefined
}

async function showDetails(deps: DeskDeps, pressed: PressedDecision, decision: Decision): Promise<string | undefined> {
  const view = await describeWhole(deps, pressed, decision)
  return view ? openForm(deps, pressed, () => view) : refusals.notFound
}

/** Shows in the details that are open what the decision has become; nothing where they were closed meanwhile. */
export async function renewDetails(deps: DeskDeps, actor: Actor & { id: string }, viewId: string): Promise<void> {
  const decision = await findDecision(deps.store, await audienceOf(deps, actor), actor.id)
  const view = decision && (await describeWhole(deps, actor, decision))
  const installation = await deps.installations.find(actor.teamId)
  if (!view || !installation) return
  await installation.clients.interactive.views.update({ view_id: viewId, view }).catch((error: unknown) => {
    if (refusalCode(error) !== 'not_found') throw error
  })
}

async function describeWhole(deps: DeskDeps, actor: Actor, decision: Decision) {
  const installation = await deps.installations.find(actor.teamId)
  if (!installation) return undefined
  const audience = await audienceOf(deps, actor)
  const history = await readHistory(deps.store, audience, decision.id)
  const ids = [...decision.supersedes, decision.supersededBy, decision.reopens].filter((id) => id !== undefined)
  const related = (await findDecisions(deps.store, audience, ids)).map(describe)
  // Only those the decision's channel is made of may know the code it is checked against.
  const mayHearCode = audience.channelId === decision.channelId && !audience.shared
  const rows = await readChecks(deps.store, decision.teamId, [decision.id])
  const checks = rows.map(mayHearCode ? describeCheck : ({ assertion, outcome }) => `${assertion}: ${outcome}`)
  const { channelId } = actor
  return renderDetails({ decision, history, checks, related, channelId }, await viewFor(deps, installation, decision))
}

function describeCheck(row: Awaited<ReturnType<typeof readChecks>>[number]): string {
  const state = row.outcome === 'broken' ? describeBreak({ ...row, total: row.placeCount }) : row.outcome
  return `${row.assertion}: ${state} in ${row.repository}`
}

function describe(decision: Decision): string {
  return `${nameDecision(decision)} ${decision.body.title} (${decision.status})`
}
