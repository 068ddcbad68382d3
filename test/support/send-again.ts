import type { ApiRequest } from './slack/request-log.ts'
import type { Slack } from './slack/slack.ts'

/** Lets a recorded call arrive once more, like one that the network held up. */
export async function sendAgain(slack: Slack, { method, headers, rawBody }: ApiRequest): Promise<void> {
  const { authorization = '', 'content-type': contentType = '' } = headers
  await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { authorization, 'content-type': contentType },
    body: rawBody,
  })
}
