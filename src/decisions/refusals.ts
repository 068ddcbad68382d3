import type { Act, DecisionStatus } from './decision.ts'

type Deed = Act['kind'] | 'reopen'

const doing: Record<Deed, string> = {
  edit: 'edited',
  propose: 'proposed',
  approve: 'approved',
  reject: 'rejected',
  withdraw: 'withdrawn',
  amend: 'amended',
  review: 'reviewed',
  'set-checks': 'given other checks',
  deprecate: 'deprecated',
  supersede: 'superseded',
  widen: 'shown to the whole workspace',
  reopen: 'taken up again',
}

const insteadOf: Partial<Record<DecisionStatus, string>> = {
  accepted: 'An accepted decision does not change: add an amendment, or record a new decision that supersedes it.',
  draft: 'Propose it first.',
  rejected: 'Take it up again as a new decision instead.',
  withdrawn: 'Take it up again as a new decision instead.',
  superseded: 'Look at the decision that replaced it.',
  deprecated: 'Record a new decision instead.',
}

const whose: Partial<Record<Deed, string>> = {
  approve: 'its named deciders',
  reject: 'its named deciders',
  widen: 'its named deciders',
  edit: 'who recorded it and its deciders',
  propose: 'who recorded it and its deciders',
}

/** Why an act on a decision is refused, each one sentence or two that say what to do. */
export const refusals = {
  notInStatus(name: string, deed: Deed, status: DecisionStatus): string {
    return [`${capital(name)} is ${status} and can't be ${doing[deed]}.`, insteadOf[status]].filter(Boolean).join(' ')
  },
  notYours(name: string, deed: Deed): string {
    const who = whose[deed] ?? 'who recorded it, its deciders and workspace admins'
    return `${capital(name)} can be ${doing[deed]} only by ${who}. Ask one of them.`
  },
  noTitle: 'A decision needs a title. Say in a few words what was decided.',
  noDeciders: 'Nobody is named who decides. Name at least one person; saying nothing is never consent.',
  strangerDecides: (name: string) =>
    `${name} is named as a decider but is nobody of this workspace. Name a person of Slack instead.`,
  noOutcome: 'The decision does not say what was chosen yet. Fill in the chosen option.',
  noReason: 'A reason is needed, so that nobody has to ask again. Say in a sentence why.',
  deciderTwice: 'The same person is named twice as a decider. Name each once.',
  optionTwice: 'Two options have the same name. Give each its own.',
  emptyAmendment: 'The amendment is empty. Say what changed.',
  pastReview: 'The next review lies in the past. Choose a later day.',
  supersedesItself: 'A decision cannot supersede itself. Name another one.',
  alreadyApproved: (name: string) => `You have approved ${name} already.`,
  alreadyWide: (name: string) => `${capital(name)} is already shown to the whole workspace.`,
  successorNotAccepted: (name: string) => `${capital(name)} is not accepted yet, so it can't replace another decision.`,
  changedMeanwhile: (name: string) =>
    `Somebody else has just changed ${name}. Look at it again and repeat what you did.`,
  notFound:
    'There is no such decision here. Check the number; a decision made in a private channel is known only there.',
  suggestionGone: 'This suggestion was answered before. Ask for it again with "record this decision".',
  cannotReplace: (reason: string) => `It can't be accepted as it replaces another decision: ${reason}`,
}

function capital(name: string): string {
  return name === 'draft' ? 'This draft' : name
}
