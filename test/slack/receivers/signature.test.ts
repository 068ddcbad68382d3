import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSignedBySlack } from '../../../src/slack/receivers/signature.ts'

// Slack's own example, docs.slack.dev/authentication/verifying-requests-from-slack
const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const body =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
const timestamp = '1531420618'
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
const sentMs = Number(timestamp) * 1000
const signed = { body, timestamp, signature }

test('the request of Slack’s documentation is taken', () => {
  expect(isSignedBySlack(signed, secret, sentMs)).toBe(true)
  expect(isSignedBySlack({ ...signed, body: Buffer.from(body) }, secret, sentMs)).toBe(true)
})

test.each([
  ['five minutes old', 300, true],
  ['older', 301, false],
  ['five minutes ahead', -300, true],
  ['further ahead', -301, false],
])('a request that is %s', (_, ageSeconds, taken) => {
  expect(isSignedBySlack(signed, secret, sentMs + ageSeconds * 1000)).toBe(taken)
})

test.each([
  ['another body', { body: `${body}&user_id=U0` }],
  ['another time', { timestamp: '1531420619' }],
  ['a time that is none', { timestamp: 'now' }],
  ['no time', { timestamp: undefined }],
  ['two times', { timestamp: [timestamp, timestamp] }],
  ['no signature', { signature: undefined }],
  ['an empty signature', { signature: '' }],
  ['half a signature', { signature: signature.slice(0, 30) }],
  ['another version', { signature: signature.replace('v0', 'v1') }],
  ['more than a signature', { signature: `${signature}0` }],
])('a request with %s is refused', (_, change) => {
  expect(isSignedBySlack({ ...signed, ...change }, secret, sentMs)).toBe(false)
})

test('a request signed with another secret, or with none, is refused', () => {
  expect(isSignedBySlack(signed, 'another', sentMs)).toBe(false)
  const empty = createHmac('sha256', '').update(`v0:${timestamp}:${body}`).digest('hex')
  expect(isSignedBySlack({ ...signed, signature: `v0=${empty}` }, secret, sentMs)).toBe(false)
})
