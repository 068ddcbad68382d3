import type { App, BlockAction, ButtonAction } from '@slack/bolt'
import type { Vote } from '../../turns/feedback.ts'
import type { ThreadAddress } from '../../turns/inbound.ts'
import { suggestFromFinding } from '../../decisions/capture/suggest-from-finding.ts'
import type { ExchangeDeskDeps } from './decisions/exchange-desk.ts'
import {
  actOf,
  decisionForms,
  type DecisionAct,
  exchangeActs,
  readSeen,
  suggestionActs,
} from '../views/decisions/acts.ts'
import { askWhy, dismissFinding, type FindingDeps, refuseForm } from './dismiss-finding.ts'
import { refuse } from './gate.ts'
import { beginReview, type ReviewDeps } from './review-command.ts'
import { actionIds, readVote } from '../views/action-ids.ts'
import { readReason, renderReasonForm } from '../views/feedback-reason.ts'
import { renderNotice } from '../views/notice.ts'
import { readFindingForm, readFindingValue } from '../views/finding-form.ts'
import { sentences } from '../views/sentences.ts'

export interface ActionDeps extends Omit<ReviewDeps, 'isMember'>, FindingDeps, ExchangeDeskDeps {
  stopTurn: (teamId: string, turnId: string, userId: string) => Promise<boolean>
  retryTurn: (retry: ThreadAddress & { ts: string; turnId: string; authorId: string }) => Promise<void>
  recordVote: (vote: Vote) => Promise<boolean>
  recordReason: (vote: Omit<Vote, 'vote'>, reason: string) => Promise<void>
}

/** A click, with the parts of Slack's payload that any of our buttons uses. */
interface Click {
  teamId: string
  userId: string
  value: string
  channelId: string
  messageTs: string
  threadTs: string
  triggerId: string
  /** The open form it was pressed in. */
  viewId: string | undefined
  tellClicker: (text: string) => Promise<void>
}

// What decisions need is not needed to start.
const loadSuggestions = () => import('./decisions/answer-suggestion.ts')
const loadExchange = () => import('./decisions/exchange-desk.ts')
const loadPresses = () => import('./decisions/press-decision.ts')

type ClickListener = (click: Click, deps: ActionDeps) => Promise<void>

const listeners: Record<string, ClickListener> = {
  [actionIds.stop]: stop,
  [actionIds.retry]: ({ tellClicker }) => tellClicker(sentences.retrying),
  [actionIds.feedback]: vote,
  [actionIds.feedbackUp]: vote,
  [actionIds.feedbackDown]: vote,
  [actionIds.review]: async (click, deps) => click.tellClicker(await beginReview(deps, click)),
  [actionIds.wontFix]: (click, deps) => openFindingForm('wont-fix', click, deps),
  [actionIds.wrong]: (click, deps) => openFindingForm('wrong', click, deps),
  [actionIds.recordDecision]: recordFinding,
  [suggestionActs.keep.actionId]: async (click, deps) =>
    click.tellClicker(await (await loadSuggestions()).keepAsSuggested(deps, click, click.value)),
  [suggestionActs.edit.actionId]: async (click, deps) =>
    tellIf(click, await (await loadSuggestions()).editSuggestion(deps, { ...click, id: click.value })),
  [suggestionActs.drop.actionId]: async (click, deps) =>
    click.tellClicker(await (await loadSuggestions()).dropSuggestion(deps, click.teamId, click.value)),
  [exchangeActs.import]: async (click, deps) =>
    click.tellClicker(await (await loadExchange()).pressImport(deps, click)),
  [exchangeActs.theirs]: async (click, deps) =>
    click.tellClicker(await (await loadExchange()).pressSide(deps, { ...click, side: 'theirs' })),
  [exchangeActs.ours]: async (click, deps) =>
    click.tellClicker(await (await loadExchange()).pressSide(deps, { ...click, side: 'ours' })),
}

/** Every button in our messages; one that is not known gets a sentence. */
export function listenToActions(app: App, deps: ActionDeps): void {
  app.action(/.*/, async ({ ack, action, body, context, respond }) => {
    if (body.type !== 'block_actions' || !context.teamId) return ack()
    const { teamId } = context
    const tellClicker = async (text: string) => {
      // A page or a form has no place for a message: there a small form says it.
      if (body.view) await tellInForm(deps, body, teamId, text)
      else await respond({ text, response_type: 'ephemeral', replace_original: false })
    }
    const actionId = 'action_id' in action ? action.action_id.replace(/:\d+$/, '') : ''
    const act = actOf(actionId)
    const listener = act ? (click: Click, own: ActionDeps) => pressOnCard(act, click, own) : listeners[actionId]
    const click = readClick(body, context.teamId, tellClicker)
    const refused = await refuse(deps, click, actionId)
    // What changes the database is on disk before Slack is told that it was done.
    if (actionId === actionIds.retry && !refused) await storeRetry(click, deps)
    await ack()
    if (refused) await tellClicker(refused)
    else if (listener)
      await listener(click, deps).catch(async (error: unknown) => {
        await tellClicker(sentences.commandFailed)
        throw error
      })
    else await tellClicker(sentences.unknownAction)
    return undefined
  })
  app.view(actionIds.exceptionForm, async ({ ack, view, body, context }) => {
    const form = readFindingForm(view)
    if (!form || !context.teamId) return ack()
    const person = { teamId: context.teamId, userId: body.user.id }
    const refused = await refuse(deps, person, actionIds.exceptionForm)
    const errors = refused ? { reason: refused } : refuseForm(form, deps.now())
    if (errors) return ack({ response_action: 'errors', errors })
    const tellThread = await dismissFinding(deps, person, form)
    if (!tellThread) return ack({ response_action: 'errors', errors: { reason: sentences.findingGone } })
    await ack()
    return tellThread()
  })
  app.view(actionIds.feedbackReason, async ({ ack, view, body, context }) => {
    await ack()
    if (!context.teamId) return
    const reason = readReason(view)
    if (reason)
      await deps.recordReason({ teamId: context.teamId, turnId: view.private_metadata, userId: body.user.id }, reason)
  })
  app.options(/.*/, async ({ ack }) => ack({ options: [] }))
}

async function stop(click: Click, deps: ActionDeps): Promise<void> {
  const stopped = await deps.stopTurn(click.teamId, click.value, click.userId)
  await click.tellClicker(stopped ? sentences.stopping : sentences.nothingRuns)
}

async function tellInForm(deps: ActionDeps, body: BlockAction, teamId: string, text: string): Promise<void> {
  const views = (await deps.installations.find(teamId))?.clients.interactive.views
  const form = { trigger_id: body.trigger_id, view: renderNotice(text) }
  await (body.view?.type === 'modal' ? views?.push(form) : views?.open(form))
}

async function pressOnCard(act: DecisionAct, click: Click, deps: ActionDeps): Promise<void> {
  const seen = readSeen(click.value)
  if (!seen) return click.tellClicker(sentences.unknownAction)
  return tellIf(click, await (await loadPresses()).pressDecision(deps, { ...click, ...seen, act }))
}

async function recordFinding(click: Click, deps: ActionDeps): Promise<void> {
  const address = readFindingValue(click.value)
  const found = address && (await deps.findings.find(click.teamId, address))
  if (!found) return click.tellClicker(sentences.findingGone)
  const { teamId, triggerId, userId } = click
  const { suggest } = await loadSuggestions()
  await suggest(deps, { teamId, ...found }, triggerId, suggestFromFinding(found.facts, userId))
  return undefined
}

async function tellIf(click: Click, sentence: string | undefined): Promise<void> {
  if (sentence) await click.tellClicker(sentence)
}

async function openFindingForm(kind: 'wont-fix' | 'wrong', click: Click, deps: ActionDeps): Promise<void> {
  await tellIf(click, await askWhy(kind, click, deps))
}

async function storeRetry(click: Click, deps: ActionDeps): Promise<void> {
  const { teamId, channelId, threadTs, messageTs, userId, value } = click
  await deps.retryTurn({ teamId, channelId, threadTs, ts: messageTs, turnId: value, authorId: userId })
}

async function vote(click: Click, deps: ActionDeps): Promise<void> {
  const given = readVote(click.value)
  if (!given) return click.tellClicker(sentences.unknownAction)
  const known = await deps.recordVote({ ...given, turnId: given.runId, teamId: click.teamId, userId: click.userId })
  if (!known) return click.tellClicker(sentences.unknownAction)
  if (given.vote === 'up') return click.tellClicker(sentences.thanksForVote)
  const installation = await deps.installations.find(click.teamId)
  await installation?.clients.interactive.views.open({
    trigger_id: click.triggerId,
    view: renderReasonForm(given.runId),
  })
  return undefined
}

function readClick(body: BlockAction, teamId: string, tellClicker: Click['tellClicker']): Click {
  // Every action of ours is a button or a pair of feedback buttons; both carry a value.
  const action = body.actions[0] as ButtonAction | undefined
  const messageTs = body.message?.ts ?? body.container.message_ts ?? ''
  return {
    teamId,
    userId: body.user.id,
    value: action?.value ?? '',
    // A record that is open belongs to where it was opened.
    channelId: body.channel?.id ?? (body.view?.callback_id === decisionForms.details ? body.view.private_metadata : ''),
    messageTs,
    threadTs: body.message?.thread_ts ?? messageTs,
    triggerId: body.trigger_id,
    viewId: body.view?.type === 'modal' ? body.view.id : undefined,
    tellClicker,
  }
}
