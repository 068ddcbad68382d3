import { afterAll, beforeAll, expect, test } from 'vitest'
import { HttpServer } from '../../../src/http/server.ts'
import { createLog } from '../../../src/log.ts'
import type { Dispatch } from '../../../src/slack/receivers/dispatch.ts'
import { HttpReceiver } from '../../../src/slack/receivers/http-receiver.ts'
import { signBody } from '../../support/slack/signature.ts'

const secret = 'a signing secret'
const log = createLog('silent')
const receiver = new HttpReceiver(secret, log)
const server = new HttpServer({ 'POST /': (request, response) => receiver.handle(request, response) }, log)
const received: unknown[] = []
const keep: Dispatch = async ({ body }, acknowledge) => {
  received.push(body)
  await acknowledge()
}
let url: string

beforeAll(async () => {
  receiver.listen(keep)
  url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}/`
})
afterAll(() => server.close())

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
}

function postSigned(body: string, contentType = 'application/json'): Promise<Response> {
  const timestamp = Math.floor(Date.now() / 1000)
  return post(body, {
    'content-type': contentType,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signBody(secret, timestamp, body),
  })
}

test('while it does not listen Slack is told to come again', async () => {
  receiver.close()
  expect((await postSigned('{}')).status).toBe(503)
  receiver.listen(keep)
  expect((await postSigned('{"type":"event_callback"}')).status).toBe(200)
  expect(received.splice(0)).toEqual([{ type: 'event_callback' }])
})

test('Slack’s question for the address is answered with its challenge', async () => {
  const answer = await postSigned('{"type":"url_verification","challenge":"3eZbrw"}')
  expect(await answer.json()).toEqual({ challenge: '3eZbrw' })
})

test('a form and the payload inside one are read', async () => {
  const form = 'application/x-www-form-urlencoded'
  await postSigned('command=%2Farchitect&text=help', form)
  await postSigned(`payload=${encodeURIComponent('{"type":"block_actions"}')}`, form)
  expect(received.splice(0)).toEqual([{ command: '/architect', text: 'help' }, { type: 'block_actions' }])
})

test('an unsigned check of the certificate is answered, and what it smuggles goes nowhere', async () => {
  const answer = await post(`ssl_check=1&payload=${encodeURIComponent('{"type":"block_actions"}')}`, {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect(answer.status).toBe(200)
  expect(received).toEqual([])
})

test('a body beyond four megabytes is refused', async () => {
  expect((await postSigned(JSON.stringify({ text: 'x'.repeat(5_000_000) }))).status).toBe(413)
  expect(received).toEqual([])
})
