import type { AllMiddlewareArgs, SlackViewMiddlewareArgs } from '@slack/bolt'
import type { Act } from '../../../decisions/decision.ts'
import { refusals } from '../../../decisions/refusals.ts'
import { findByNumber } from '../../../decisions/store.ts'
import { decisionActs, decisionForms } from '../../views/decisions/acts.ts'
import { readDecisionForm } from '../../views/decisions/form.ts'
import { type NoteContext, readNoteForm } from '../../views/decisions/note-form.ts'
import { sentences } from '../../views/sentences.ts'
import { refuse } from '../gate.ts'
import { refuseFilled, saveForm } from './answer-suggestion.ts'
import { type Actor, audienceOf, type DeskDeps } from './decision-desk.ts'
import { carryOut, renewDetails } from './press-decision.ts'

type Sent = SlackViewMiddlewareArgs & AllMiddlewareArgs

/** Stores what the form of a decision holds; what cannot be stored stays in the form, with the sentence that says why. */
export async function sendRecord({ ack, view, body, context }: Sent, deps: DeskDeps): Promise<void> {
  const form = readDecisionForm(view)
  if (!form || !context.teamId) return ack()
  const person = { teamId: context.teamId, userId: body.user.id }
  const refused = await refuse(deps, person, decisionForms.record)
  const errors = refused ? { title: refused } : refuseFilled(form.filled, deps.now())
  if (errors) return ack({ response_action: 'errors', errors })
  const carried = await saveForm(deps, person, form)
  if ('refused' in carried) return ack({ response_action: 'errors', errors: { title: carried.refused } })
  await ack()
  await carried.show()
  const { about, channelId } = form
  return about.kind === 'decision' ? renewBelow(deps, { ...person, channelId, id: about.id }, view) : undefined
}

/** Carries out an act with the words of its form, or leaves both in the form with the sentence that says why. */
export async function sendNote({ ack, view, body, context }: Sent, deps: DeskDeps): Promise<void> {
  const form = readNoteForm(view)
  if (!form || !context.teamId) return ack()
  const actor = { teamId: context.teamId, userId: body.user.id, channelId: form.channelId }
  const refused = await refuse(deps, actor, decisionActs[form.act].actionId)
  const act = refused ?? (await toAct(deps, actor, form))
  const carried = typeof act === 'string' ? { refused: act } : await carryOut(deps, { ...actor, ...form }, act, 'form')
  if ('refused' in carried) return ack({ response_action: 'errors', errors: { note: carried.refused } })
  // Slack waits three seconds for the form, and messages may take longer.
  await ack()
  await carried.show()
  return renewBelow(deps, { ...actor, id: form.id }, view)
}

/** A form that was opened in a decision's details lies above them. */
async function renewBelow(
  deps: DeskDeps,
  actor: Actor & { id: string },
  { id, root_view_id: rootId }: { id: string; root_view_id: string | null },
): Promise<void> {
  if (rootId !== null && rootId !== id) await renewDetails(deps, actor, rootId)
}

async function toAct(
  deps: DeskDeps,
  actor: Actor,
  { act, note }: NoteContext & { note: string },
): Promise<Act | string> {
  switch (act) {
    case 'reject':
    case 'withdraw':
    case 'deprecate':
      return { kind: act, reason: note }
    case 'amend':
      return { kind: 'amend', text: note }
    case 'review':
      return { kind: 'review', reviewBy: note === '' ? undefined : Date.parse(`${note}T23:59:59Z`) }
    case 'supersede': {
      const number = Number(/\d+/.exec(note)?.[0] ?? Number.NaN)
      if (!Number.isInteger(number)) return sentences.whichDecision
      const by = await findByNumber(deps.store, await audienceOf(deps, actor), number)
      return by ? { kind: 'supersede', by } : refusals.notFound
    }
  }
}
