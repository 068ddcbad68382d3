import { escapeMrkdwn } from '../delivery/mrkdwn-text.ts'
import { quietBroadcasts } from '../delivery/quiet-broadcasts.ts'

/** Text of people and files as mrkdwn, on one line, cut to a length, with nothing in it that Slack would act on. */
export function oneLine(text: string, maxChars: number): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('```', "'''").trim()
  const cut = line.length > maxChars ? `${line.slice(0, maxChars - 1).trimEnd()}…` : line
  return escapeMrkdwn(quietBroadcasts(cut.toWellFormed()))
}
