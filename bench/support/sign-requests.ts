import { signBody } from '../../test/support/slack/signature.ts'
import { type Load, placeholders } from './load.ts'

/** Whole HTTP requests, ready to be written to a socket: no two carry the same event. */
export function signRequests({ signingSecret, envelope, first, count, port }: Load): Buffer[] {
  const timestamp = Math.floor(Date.now() / 1000)
  return Array.from({ length: count }, (_, index) => {
    const number = first + index
    const body = envelope
      .replaceAll(placeholders.ts, `${1_700_000_000 + number}.000100`)
      .replaceAll(placeholders.id, `Ev${number.toString(36).toUpperCase().padStart(9, '0')}`)
    const head = [
      'POST /slack/events HTTP/1.1',
      `host: 127.0.0.1:${port}`,
      'user-agent: Slackbot 1.0 (+https://api.slack.com/robots)',
      'accept: */*',
      'content-type: application/json',
      `x-slack-request-timestamp: ${timestamp}`,
      `x-slack-signature: ${signBody(signingSecret, timestamp, body)}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ].join('\r\n')
    return Buffer.from(`${head}\r\n\r\n${body}`)
  })
}
