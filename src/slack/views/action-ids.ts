/** What buttons and modals call themselves when Slack reports that they were used. */
export const actionIds = {
  stop: 'stop_answer',
  retry: 'retry_answer',
  feedback: 'rate_answer',
  feedbackUp: 'rate_answer_up',
  feedbackDown: 'rate_answer_down',
  feedbackReason: 'feedback_reason',
  review: 'review',
  wontFix: 'wont-fix',
  wrong: 'wrong',
  recordDecision: 'record-decision',
  exceptionForm: 'finding_exception',
} as const

/** What the message shortcuts of manifest.yml are called. */
export const shortcutIds = {
  ask: 'ask_about_message',
  review: 'review_linked_code',
  record: 'record_decision',
} as const

/** What a vote button carries. */
export function voteValue(vote: 'up' | 'down', runId: string): string {
  return `${vote}:${runId}`
}

/** Reads what `voteValue` made; undefined for anything else. */
export function readVote(value: string): { vote: 'up' | 'down'; runId: string } | undefined {
  const [, vote, runId] = /^(up|down):([\w-]+)$/.exec(value) ?? []
  return vote && runId ? { vote: vote === 'up' ? 'up' : 'down', runId } : undefined
}
