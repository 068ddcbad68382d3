import {
  type Absent,
  type Act,
  type Actor,
  type Decision,
  type DecisionBody,
  type DecisionDraft,
  type DecisionEvent,
  type DecisionStatus,
  nameDecision,
  isSlackUser,
  type Vote,
} from './decision.ts'
import { refusals } from './refusals.ts'

/**
 * What came of an act: the decision as it is from now on with its audit lines, or one sentence that says why not.
 * `supersedes` names the decisions to be superseded in the same transaction.
 */
export type Ruling = { next: Decision; events: DecisionEvent[]; supersedes: string[] } | { refused: string }

export interface NewDecision extends DecisionDraft {
  id: string
  teamId: string
  channelId: string
  threadTs: string | undefined
  threadLink: string | undefined
  reopens?: string
}

/** A new draft; it belongs to who wrote it down. */
export function draftNew(given: NewDecision, actor: Actor, now: number): Ruling {
  const refused = findFault(given)
  if (refused) return { refused }
  const { reopens, ...rest } = given
  const next: Decision = {
    ...rest,
    number: undefined,
    visibility: 'channel',
    status: 'draft',
    reopens,
    importedFrom: undefined,
    supersededBy: undefined,
    votes: [],
    amendments: [],
    reason: undefined,
    createdBy: actor.userId,
    createdAt: now,
    changedAt: now,
    decidedAt: undefined,
    version: 1,
  }
  return { next, events: [{ kind: 'created', ...(reopens !== undefined && { reopens }) }], supersedes: [] }
}

const allowedIn: Record<Act['kind'], readonly DecisionStatus[]> = {
  edit: ['draft', 'proposed'],
  propose: ['draft'],
  approve: ['proposed'],
  reject: ['proposed'],
  withdraw: ['draft', 'proposed'],
  amend: ['accepted'],
  review: ['accepted'],
  'set-checks': ['draft', 'proposed', 'accepted'],
  deprecate: ['accepted'],
  supersede: ['accepted'],
  widen: ['proposed', 'accepted', 'rejected', 'deprecated', 'superseded'],
}

/**
 * Rules on one act. Every named decider has a word, and only a word counts: accepted when all approve, rejected when all
 * say no. One no among several keeps it proposed, blocks it, and stays until that person approves or the body is edited.
 * An edit takes all words back. `nextNumber` is what a first proposal gets.
 */
export function decide(act: Act, decision: Decision, actor: Actor, now: number, nextNumber: number): Ruling {
  if (!allowedIn[act.kind].includes(decision.status))
    return { refused: refusals.notInStatus(nameDecision(decision), act.kind, decision.status) }
  if (!mayAct(act, decision, actor)) return { refused: refusals.notYours(nameDecision(decision), act.kind) }
  const ruling = apply(act, decision, actor, now, nextNumber)
  if ('refused' in ruling) return ruling
  const next = { ...ruling.next, changedAt: now, version: decision.version + 1 }
  return { next, events: ruling.events, supersedes: ruling.supersedes ?? [] }
}

type Change = { next: Decision; events: DecisionEvent[]; supersedes?: string[] } | { refused: string }

/** Those who wrote or decided it may carry it on; an admin may too where nobody else may be left. */
function mayAct(act: Act, { body, createdBy }: Decision, { userId, isAdmin }: Actor): boolean {
  const decides = body.deciders.includes(userId)
  switch (act.kind) {
    case 'approve':
    case 'reject':
    case 'widen':
      return decides
    case 'edit':
    case 'propose':
      return decides || userId === createdBy
    case 'withdraw':
    case 'amend':
    case 'review':
    case 'set-checks':
    case 'deprecate':
    case 'supersede':
      return decides || userId === createdBy || isAdmin
  }
}

function apply(act: Act, decision: Decision, actor: Actor, now: number, nextNumber: number): Change {
  switch (act.kind) {
    case 'edit':
      return edit(decision, act.draft)
    case 'propose':
      return propose(decision, nextNumber)
    case 'approve':
      return vote(decision, { userId: actor.userId, approves: true, reason: '', at: now }, act)
    case 'reject':
      return vote(decision, { userId: actor.userId, approves: false, reason: act.reason.trim(), at: now }, act)
    case 'withdraw':
      return end(decision, 'withdrawn', act.reason)
    case 'amend':
      return amend(decision, act.text, actor, now)
    case 'review':
      return review(decision, act.reviewBy, now)
    case 'set-checks': {
      const events: DecisionEvent[] = [{ kind: 'checks-set', before: decision.checks }]
      const votes = decision.status === 'accepted' ? decision.votes : []
      return { next: { ...decision, checks: act.checks, votes }, events }
    }
    case 'deprecate':
      return act.reason.trim() === '' ? { refused: refusals.noReason } : end(decision, 'deprecated', act.reason)
    case 'supersede':
      return supersede(decision, act.by)
    case 'widen':
      if (decision.visibility === 'workspace') return { refused: refusals.alreadyWide(nameDecision(decision)) }
      return { next: { ...decision, visibility: 'workspace' }, events: [{ kind: 'widened' }] }
  }
}

function edit(decision: Decision, draft: DecisionDraft): Change {
  const refused = findFault({ ...draft, id: decision.id })
  if (refused) return { refused }
  const { body, checks, reviewBy, supersedes } = draft
  const next = { ...decision, body, checks, reviewBy, supersedes, votes: [] }
  const unfit = decision.status === 'proposed' ? findProposalFault(body) : undefined
  if (unfit) return { refused: unfit }
  return { next, events: [{ kind: 'edited', before: decision.body }] }
}

function propose(decision: Decision, nextNumber: number): Change {
  const refused = findProposalFault(decision.body)
  if (refused) return { refused }
  const number = decision.number ?? nextNumber
  return { next: { ...decision, status: 'proposed', number }, events: [{ kind: 'proposed', number }] }
}

function findProposalFault({ deciders, outcome }: DecisionBody): string | undefined {
  if (deciders.length === 0) return refusals.noDeciders
  const stranger = deciders.find((decider) => !isSlackUser(decider))
  if (stranger !== undefined) return refusals.strangerDecides(stranger)
  return outcome.option.trim() === '' ? refusals.noOutcome : undefined
}

function vote(decision: Decision, cast: Vote, { gone = [] }: Absent): Change {
  if (!cast.approves && cast.reason === '') return { refused: refusals.noReason }
  const votes = [...decision.votes.filter(({ userId }) => userId !== cast.userId && !gone.includes(userId)), cast]
  const next = { ...decision, votes }
  const isWaiting = waitingFor(next).some((decider) => !gone.includes(decider))
  const isAccepted = !isWaiting && votes.every(({ approves }) => approves)
  const before = decision.votes.find(({ userId }) => userId === cast.userId)
  if (before?.approves && cast.approves && !isAccepted)
    return { refused: refusals.alreadyApproved(nameDecision(decision)) }
  const word: DecisionEvent = cast.approves ? { kind: 'approved' } : { kind: 'objected', reason: cast.reason }
  if (isWaiting) return { next, events: [word] }
  if (isAccepted)
    return {
      next: { ...next, status: 'accepted', decidedAt: cast.at },
      events: [word, { kind: 'accepted' }],
      supersedes: decision.supersedes,
    }
  if (votes.some(({ approves }) => approves)) return { next, events: [word] }
  const reason = votes.map((no) => no.reason).join('\n')
  return {
    next: { ...next, status: 'rejected', reason, decidedAt: cast.at },
    events: [word, { kind: 'rejected', reason }],
  }
}

function end(decision: Decision, status: 'withdrawn' | 'deprecated', given: string): Change {
  const reason = given.trim()
  return { next: { ...decision, status, reason }, events: [{ kind: status, reason }] }
}

function amend(decision: Decision, given: string, actor: Actor, now: number): Change {
  const text = given.trim()
  if (text === '') return { refused: refusals.emptyAmendment }
  const amendments = [...decision.amendments, { text, by: actor.userId, at: now }]
  return { next: { ...decision, amendments }, events: [{ kind: 'amended', text }] }
}

function review(decision: Decision, reviewBy: number | undefined, now: number): Change {
  if (reviewBy !== undefined && reviewBy <= now) return { refused: refusals.pastReview }
  return { next: { ...decision, reviewBy }, events: [{ kind: 'reviewed', reviewBy }] }
}

function supersede(decision: Decision, by: Extract<Act, { kind: 'supersede' }>['by']): Change {
  if (by.id === decision.id) return { refused: refusals.supersedesItself }
  if (by.status !== 'accepted') return { refused: refusals.successorNotAccepted(nameDecision(by)) }
  const next: Decision = { ...decision, status: 'superseded', supersededBy: by.id }
  return { next, events: [{ kind: 'superseded', by: by.id }] }
}

/** The deciders who have not said a word yet. */
export function waitingFor({ body, votes }: Pick<Decision, 'body' | 'votes'>): string[] {
  return body.deciders.filter((decider) => !votes.some(({ userId }) => userId === decider))
}

/** A rejected or withdrawn decision is taken up again as a new draft that points back at it. */
export function reopen(decision: Decision, actor: Actor, now: number, id: string): Ruling {
  if (decision.status !== 'rejected' && decision.status !== 'withdrawn')
    return { refused: refusals.notInStatus(nameDecision(decision), 'reopen', decision.status) }
  const { teamId, channelId, threadTs, threadLink, body, checks, reviewBy } = decision
  const draft = { body, checks, reviewBy: later(reviewBy, now), supersedes: [] }
  return draftNew({ id, teamId, channelId, threadTs, threadLink, ...draft, reopens: decision.id }, actor, now)
}

function later(reviewBy: number | undefined, now: number): number | undefined {
  return reviewBy !== undefined && reviewBy > now ? reviewBy : undefined
}

function findFault({ id, body, supersedes }: { id: string; body: DecisionBody; supersedes: string[] }) {
  if (body.title.trim() === '') return refusals.noTitle
  if (new Set(body.deciders).size !== body.deciders.length) return refusals.deciderTwice
  const names = body.options.map(({ name }) => name)
  if (new Set(names).size !== names.length) return refusals.optionTwice
  return supersedes.includes(id) ? refusals.supersedesItself : undefined
}
