/** What people can press on a decision: its label, and what Slack calls it. */
export const decisionActs = {
  propose: { label: 'Propose', actionId: 'decision_propose' },
  approve: { label: 'Approve', actionId: 'decision_approve' },
  reject: { label: 'Object', actionId: 'decision_reject' },
  edit: { label: 'Edit', actionId: 'decision_edit' },
  withdraw: { label: 'Withdraw', actionId: 'decision_withdraw' },
  amend: { label: 'Amend', actionId: 'decision_amend' },
  review: { label: 'Still right', actionId: 'decision_review' },
  supersede: { label: 'Supersede', actionId: 'decision_supersede' },
  deprecate: { label: 'Deprecate', actionId: 'decision_deprecate' },
  widen: { label: 'Show to everyone', actionId: 'decision_widen' },
  reopen: { label: 'Take up again', actionId: 'decision_reopen' },
  details: { label: 'Details', actionId: 'decision_details' },
} as const

export type DecisionAct = keyof typeof decisionActs

/** What a suggested record can become. */
export const suggestionActs = {
  keep: { label: 'Record as draft', actionId: 'keep-suggestion' },
  edit: { label: 'Edit first', actionId: 'edit-suggestion' },
  drop: { label: 'Discard', actionId: 'drop-suggestion' },
} as const

/** What can be pressed under a preview of an import. */
export const exchangeActs = { import: 'import-decisions', theirs: 'take-theirs', ours: 'keep-ours' } as const

export const decisionForms = { record: 'decision_form', note: 'decision_note', details: 'decision_view' } as const

/** Which act an action id stands for; undefined for one that is none of ours. */
export function actOf(actionId: string): DecisionAct | undefined {
  const acts = Object.keys(decisionActs) as DecisionAct[] // the keys of the record above
  return acts.find((act) => decisionActs[act].actionId === actionId)
}

/** Reads a button's value: which decision, as of which version. */
export function readSeen(value: string): { id: string; version: number } | undefined {
  const [, id, version] = /^([\w-]+):(\d+)$/.exec(value) ?? []
  return id && version ? { id, version: Number(version) } : undefined
}
