import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { isObject } from '../../support/slack/json.ts'
import { readBody } from '../../support/slack/read-body.ts'
import { connectClient, useSlack } from './clients.ts'

/** A Slack whose app acknowledges everything with nothing, and keeps what it was sent. */
async function setUp() {
  const slack = await useSlack()
  const heard: Record<string, unknown>[] = []
  const server = createServer((request, response) => void hear(request, response, heard))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  slack.connectHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const client = connectClient(slack)
  const respond = async (url: string | undefined, body: Record<string, unknown>) => {
    const response = await fetch(url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }
  return { slack, heard, ana, channel, client, respond }
}

async function hear(request: IncomingMessage, response: ServerResponse, heard: Record<string, unknown>[]) {
  const form = new URLSearchParams((await readBody(request)).toString())
  const parsed: unknown = JSON.parse(form.get('payload') ?? '{}')
  if (isObject(parsed)) heard.push(parsed)
  response.end()
}

const button = (value: string) =>
  ({ type: 'button', action_id: 'vote', value, text: { type: 'plain_text', text: `Vote ${value}` } }) as const
const choices = {
  type: 'actions',
  block_id: 'choices',
  elements: [{ ...button('a'), action_id: 'vote-a' }, button('b')],
}

test('a response_url takes five messages and lives thirty minutes', async () => {
  const { slack, ana, channel, respond } = await setUp()
  const run = await ana.runs('/arch', '', channel)
  const statuses: number[] = []
  for (let count = 0; count < 6; count += 1) statuses.push(await respond(run.responseUrl, { text: `${count}` }))
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404])
  expect(run.shown.map((message) => slack.textOf(message))).toEqual(['0', '1', '2', '3', '4'])
  const later = await ana.runs('/arch', '', channel)
  slack.advance(31 * 60_000)
  expect(await respond(later.responseUrl, { text: 'late' })).toBe(404)
})

test('a click names the button, the message and its thread', async () => {
  const { slack, heard, ana, channel, client } = await setUp()
  const root = ana.says(channel, 'hello')
  await client.chat.postMessage({ channel: channel.id, thread_ts: root, text: 'vote', blocks: [choices] })
  const [question] = slack.answers(channel, root)
  expect(slack.buttonsOf(question!).map(({ label }) => label)).toEqual(['Vote a', 'Vote b'])
  await ana.clicks(question!, 'vote', 'b')
  expect(heard.at(-1)).toMatchObject({
    type: 'block_actions',
    user: { id: ana.id },
    container: { type: 'message', message_ts: question!.ts, thread_ts: root, is_ephemeral: false },
    actions: [{ action_id: 'vote', block_id: 'choices', value: 'b', type: 'button' }],
  })
  expect(() => ana.clicks(question!, 'vote', 'c')).toThrow('there is no vote with value c')
})

test('what only one person sees cannot be pressed by another, and is replaced in place', async () => {
  const { slack, heard, ana, channel, client, respond } = await setUp()
  const bea = slack.addUser({ name: 'bea' })
  channel.members.add(bea.id)
  await client.chat.postEphemeral({ channel: channel.id, user: ana.id, text: 'vote', blocks: [choices] })
  const [whisper] = slack.ephemerals(ana)
  expect(() => bea.clicks(whisper!, 'vote')).toThrow('bea does not see that message')
  const click = await ana.clicks(whisper!, 'vote')
  expect(heard.at(-1)).not.toHaveProperty('message')
  await respond(click.responseUrl, { text: 'thanks', replace_original: true })
  expect(slack.ephemerals(ana).map((message) => slack.textOf(message))).toEqual(['thanks'])
  await respond(click.responseUrl, { delete_original: true })
  expect(slack.ephemerals(ana)).toEqual([])
})

test('a button in the Home tab names its view', async () => {
  const { slack, heard, ana, client } = await setUp()
  await client.apiCall('views.publish', { user_id: ana.id, view: { type: 'home', blocks: [choices] } })
  const home = slack.home(ana)!
  await ana.clicks(home, 'vote-a')
  expect(heard.at(-1)).toMatchObject({ container: { type: 'view', view_id: home.id }, view: { type: 'home' } })
})

test('what must not reach Slack can be looked for in every call', async () => {
  const { slack, channel, client } = await setUp()
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'canary-1' } }]
  await client.chat.postMessage({ channel: channel.id, text: 'a', blocks })
  expect(slack.callsContaining('canary-1').map(({ method }) => method)).toEqual(['chat.postMessage'])
  expect(slack.callsContaining('canary-2')).toEqual([])
})
