/** Every fixed sentence of a turn. */
export const refusals = {
  questionGone: 'The question was deleted before I had read it.',
  foreignAuthor:
    'I answer people of the workspace that installed me. In a shared channel, ask a colleague there to put the question.',
}

export const notices = {
  stopped: (userId: string) => `Stopped by <@${userId}>. What is above is as far as I got.`,
  stoppedEarly: (userId: string) => `Stopped by <@${userId}> before there was anything to say.`,
  shuttingDown: 'I am being restarted and will continue this answer in a moment.',
  gaveUp:
    'I tried this five times and could not finish it. The operator finds it with `architect dead-letters`; you can also try again.',
  roundsReached:
    'I reached the limit of look-ups for one answer; ask for the part you need most and I go on from here.',
  budgetReachedDuring: 'What is left of the daily budget does not pay for the next step, so this answer ends early.',
  overBudget: (budgetUsd: number) =>
    `What is left of today's budget of $${budgetUsd} for this workspace does not pay for an answer of the model, so this comes from facts alone. It starts anew at 00:00 UTC.`,
  noFiles:
    'Slack did not take the report, the picture and the other files, so they are missing here. Ask for the review again, or have whoever runs me check the `files:write` permission.',
  emptyAnswer: 'The model gave no answer. Try again, or put the question differently.',
  cutShort: 'The answer reached its length limit; ask me to go on.',
}

export const statuses = {
  reading: 'reading the thread…',
  thinking: 'thinking…',
  modelBusy: 'the model is busy, trying again…',
  looking: 'looking through code and playbooks…',
  recording: 'reading what was decided…',
  links: (count: number) => `reading ${count} linked ${count === 1 ? 'page' : 'pages'}…`,
}

export const unreadable = {
  findings: "the rules' findings (not ready in time)",
  history: 'the earlier part of this thread (Slack did not show it)',
  laterHistory: 'a part of this thread (Slack showed only how it began)',
  middle: (count: number) => `${count} messages from the middle of this thread (too long to be read at once)`,
}
