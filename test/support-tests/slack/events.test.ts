import { SocketModeClient } from '@slack/socket-mode'
import { LogLevel } from '@slack/web-api'
import { expect, onTestFinished, test } from 'vitest'
import type { SlackOptions } from '../../support/slack/settings.ts'
import type { Slack } from '../../support/slack/slack.ts'
import { connectClient, useSlack } from './clients.ts'

interface Seen {
  type: string
  subtype?: string
  eventId: string
  attempt: number
  event: Record<string, unknown>
}

/** The real Socket Mode client; it acknowledges unless told not to. */
async function connectSocket(slack: Slack, shouldAck: (seen: Seen) => boolean = () => true) {
  const client = new SocketModeClient({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: slack.apiUrl },
  })
  const seen: Seen[] = []
  client.on('slack_event', async ({ ack, body, retry_num }) => {
    const { event } = body
    const entry = { type: event.type, subtype: event.subtype, eventId: body.event_id, attempt: retry_num, event }
    seen.push(entry)
    if (shouldAck(entry)) await ack()
  })
  await client.start()
  onTestFinished(() => client.disconnect())
  return { client, seen }
}

async function setUp(options: SlackOptions = {}) {
  const slack = await useSlack(options)
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  return { slack, ana, channel, ...(await connectSocket(slack)) }
}

test('a mention in a channel arrives twice with different event ids: as mention and as message', async () => {
  const { slack, ana, channel, seen } = await setUp()
  const ts = ana.says(channel, 'hey @architect, is `a < b` & fine?')
  await slack.settled()
  expect(seen.map(({ type }) => type).sort()).toEqual(['app_mention', 'message'])
  expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(2)
  expect(seen[0]?.event).toMatchObject({ ts, user: ana.id, channel: channel.id })
  expect(seen[0]?.event.text).toBe(`hey ${slack.mention}, is \`a &lt; b\` &amp; fine?`)
})

test('only subscribed events are sent, and only with their scope', async () => {
  const { slack, ana, channel, seen } = await setUp({
    botEvents: ['app_mention', 'message.channels'],
    scopes: ['channels:history'],
  })
  ana.says(channel, '@architect hello')
  await slack.settled()
  expect(seen.map(({ type }) => type)).toEqual(['message'])
})

test('nothing is heard from channels the bot is not in', async () => {
  const { slack, ana, seen } = await setUp()
  const elsewhere = slack.addChannel({ name: 'random', botIsMember: false })
  ana.says(elsewhere, '@architect hello')
  await slack.settled()
  expect(seen).toEqual([])
  slack.inviteBot(elsewhere, ana)
  await slack.settled()
  expect(seen.map(({ type }) => type)).toEqual(['member_joined_channel'])
})

test('a DM is a message without a mention event', async () => {
  const { slack, ana, seen } = await setUp()
  ana.says(slack.openDm(ana), '@architect hello')
  await slack.settled()
  expect(seen.map(({ type, event }) => [type, event.channel_type])).toEqual([['message', 'im']])
})

test('an edited mention arrives again, marked as edited', async () => {
  const { slack, ana, channel, seen } = await setUp({ botEvents: ['app_mention', 'message.channels'] })
  const ts = ana.says(channel, '@architect helo')
  ana.edits(channel, ts, '@architect hello')
  ana.deletes(channel, ts)
  await slack.settled()
  const mentions = seen.filter(({ type }) => type === 'app_mention')
  expect(mentions.map(({ event }) => 'edited' in event)).toEqual([false, true])
  expect(mentions[0]?.eventId).not.toBe(mentions[1]?.eventId)
  expect(seen.filter(({ type }) => type === 'message').map(({ subtype }) => subtype)).toEqual([
    undefined,
    'message_changed',
    'message_deleted',
  ])
})

test('the bot hears its own messages', async () => {
  const { slack, channel, seen } = await setUp()
  await connectClient(slack).chat.postMessage({ channel: channel.id, text: 'hello' })
  await slack.settled()
  expect(seen.map(({ type, event }) => [type, event.user, 'bot_id' in event])).toEqual([
    ['message', slack.botUserId, true],
  ])
})

test('a workflow that mentions the bot has no user', async () => {
  const { slack, channel, seen } = await setUp({ botEvents: ['app_mention'] })
  slack.botSays(channel, `${slack.mention} nightly report`)
  await slack.settled()
  expect(seen[0]?.event).toMatchObject({ type: 'app_mention', subtype: 'bot_message' })
  expect(seen[0]?.event).not.toHaveProperty('user')
})

test('a message from the other side of a shared channel says so', async () => {
  const { slack, seen } = await setUp({ botEvents: ['app_mention'] })
  const partner = slack.addUser({ name: 'pat', team: slack.addTeam('Partner') })
  const shared = slack.addChannel({ name: 'with-partner', isExtShared: true, members: [partner] })
  partner.says(shared, '@architect hello')
  await slack.settled()
  expect(seen[0]?.event).toMatchObject({ user_team: partner.teamId })
  expect(slack.deliveries('app_mention')[0]?.payload).toMatchObject({
    is_ext_shared_channel: true,
    team_id: slack.team.id,
    authorizations: [{ user_id: slack.botUserId }],
  })
})

test('an event nobody acknowledges is sent again with the same id', async () => {
  const slack = await useSlack({ ackTimeoutMs: 40, retryDelaysMs: [0, 20, 20], botEvents: ['app_mention'] })
  const { seen } = await connectSocket(slack, ({ attempt }) => attempt === 2)
  const channel = slack.addChannel({ name: 'backend', members: [slack.addUser({ name: 'ana' })] })
  slack.addUser({ name: 'bea' })
  slack.botSays(channel, slack.mention)
  await slack.settled()
  expect(seen.map(({ attempt }) => attempt)).toEqual([0, 1, 2])
  expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(1)
})

test('with two connections each event goes to one of them', async () => {
  const { slack, ana, channel, seen } = await setUp({ botEvents: ['app_mention'] })
  const second = await connectSocket(slack)
  for (let count = 0; count < 4; count += 1) ana.says(channel, '@architect hello')
  await slack.settled()
  expect([seen.length, second.seen.length]).toEqual([2, 2])
})

test('a connection that is asked to reconnect comes back and hears what follows', async () => {
  const { slack, ana, channel, seen, client } = await setUp({ botEvents: ['app_mention'] })
  const reconnected = new Promise((resolve) => client.once('connected', resolve))
  slack.recycleSockets()
  await reconnected
  ana.says(channel, '@architect hello')
  await slack.settled()
  expect(slack.socketCount).toBe(1)
  expect(seen).toHaveLength(1)
})

test('what is said while no connection is open arrives as a retry', async () => {
  const slack = await useSlack({ retryDelaysMs: [0, 50, 100], botEvents: ['app_mention'] })
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  ana.says(channel, '@architect hello')
  const { seen } = await connectSocket(slack)
  await slack.settled()
  expect(seen.map(({ event }) => event.user)).toEqual([ana.id])
  expect(seen[0]?.attempt).toBeGreaterThan(0)
})

test('the eleventh connection is turned away', async () => {
  const slack = await useSlack()
  const open = async () => {
    const { url } = await connectClient(slack, slack.appToken).apps.connections.open()
    const socket = new WebSocket(url ?? '')
    onTestFinished(() => socket.close())
    return new Promise<string>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true })
    })
  }
  const answers: { type: string; reason?: string }[] = []
  for (let count = 0; count < 11; count += 1) answers.push(JSON.parse(await open()))
  expect(answers.filter(({ type }) => type === 'hello')).toHaveLength(10)
  expect(answers[10]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' })
})

test('uninstalling tells the app and ends its token', async () => {
  const { slack, seen } = await setUp()
  slack.uninstall()
  await slack.settled()
  expect(seen.map(({ type }) => type).sort()).toEqual(['app_uninstalled', 'tokens_revoked'])
})
