import { expect, test } from 'vitest'
import { answerOf, connectClient, useSlack } from './clients.ts'

const MINUTE_MS = 60_000

async function setUp() {
  const slack = await useSlack()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const root = ana.says(channel, '@architect why?')
  const place = { channel: channel.id, thread_ts: root }
  const recipient = { recipient_team_id: slack.team.id, recipient_user_id: ana.id }
  return { slack, ana, channel, root, place, recipient, client: connectClient(slack) }
}

test('the streaming helper of @slack/web-api writes an answer with steps, text and buttons', async () => {
  const { slack, channel, root, place, recipient, client } = await setUp()
  const streamer = client.chatStream({ ...place, ...recipient })
  const task = { type: 'task_update', id: 't1', title: 'Reading code', status: 'in_progress' } as const
  await streamer.append({ chunks: [task] })
  expect(slack.isStreaming(slack.answers(channel, root)[0]!)).toBe(true)
  await streamer.append({ chunks: [{ ...task, status: 'complete' }] })
  await streamer.append({ markdown_text: 'Because **reasons**.' })
  const feedback = {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'rate',
        positive_button: { text: { type: 'plain_text', text: 'Good' }, value: 'good' },
        negative_button: { text: { type: 'plain_text', text: 'Bad' }, value: 'bad' },
      },
    ],
  } as const
  await streamer.stop({ blocks: [{ ...feedback, elements: [...feedback.elements] }] })

  const answer = await slack.waitForReply(channel, root)
  expect(slack.isStreaming(answer)).toBe(false)
  expect(slack.textOf(answer)).toBe('[complete] Reading code\nBecause **reasons**.\nGood\nBad')
})

test('a stream outside a DM needs to know whom it is for', async () => {
  const { slack, ana, place, recipient, client } = await setUp()
  const start = (args: Record<string, unknown>) => answerOf(client.apiCall('chat.startStream', args))
  expect(await start({ ...place })).toBe('missing_recipient_team_id')
  expect(await start({ ...place, recipient_team_id: slack.team.id })).toBe('missing_recipient_user_id')
  expect(await start({ ...place, ...recipient, recipient_user_id: 'B012345' })).toBe('invalid_arguments')
  expect(await start({ ...place, ...recipient })).toBe('ok')
  expect(await start({ ...recipient, channel: place.channel })).toBe('invalid_arguments')
  const dm = slack.openDm(ana)
  expect(await start({ channel: dm.id, thread_ts: ana.says(dm, 'hi') })).toBe('ok')
})

test('a stream ends five minutes after its start, appends or not', async () => {
  const { slack, place, recipient, client } = await setUp()
  const { ts } = await client.chat.startStream({ ...place, ...recipient, markdown_text: 'a' })
  const target = { channel: place.channel, ts: ts! }
  slack.advance(4 * MINUTE_MS)
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'b' }))).toBe('ok')
  slack.advance(1.1 * MINUTE_MS)
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'c' }))).toBe(
    'message_not_in_streaming_state',
  )
  expect(await answerOf(client.chat.stopStream(target))).toBe('message_not_in_streaming_state')
  expect(await answerOf(client.chat.update({ ...target, text: 'abc' }))).toBe('ok')
})

test('a streaming message cannot be updated, and a stopped one not appended to', async () => {
  const { place, recipient, client } = await setUp()
  const { ts } = await client.chat.startStream({ ...place, ...recipient, markdown_text: 'a' })
  const target = { channel: place.channel, ts: ts! }
  expect(await answerOf(client.chat.update({ ...target, text: 'b' }))).toBe('streaming_state_conflict')
  await client.chat.stopStream(target)
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'b' }))).toBe(
    'message_not_in_streaming_state',
  )
})

test('the stop button ends the stream and says so to the next append', async () => {
  const { slack, ana, channel, root, place, recipient, client } = await setUp()
  await client.agents.sessions.setStatus({ channel_id: channel.id, thread_ts: root, status: 'processing' })
  const { ts } = await client.chat.startStream({ ...place, ...recipient, markdown_text: 'a' })
  ana.stops(channel, root)
  const target = { channel: channel.id, ts: ts! }
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'b' }))).toBe('stopped_by_user')
  expect(slack.session(channel, root)?.status).toBe('processing')
})

test('text that grew past 12,000 characters is refused when the stream is stopped', async () => {
  const { place, recipient, client } = await setUp()
  const { ts } = await client.chat.startStream({ ...place, ...recipient, markdown_text: 'x'.repeat(9000) })
  const target = { channel: place.channel, ts: ts! }
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'x'.repeat(9000) }))).toBe('ok')
  expect(await answerOf(client.chat.appendStream({ ...target, markdown_text: 'x'.repeat(12_001) }))).toBe(
    'msg_too_long',
  )
  expect(await answerOf(client.chat.stopStream(target))).toBe('msg_too_long')
})

test('a status shows until the bot speaks or two minutes pass', async () => {
  const { slack, channel, root, place, client } = await setUp()
  const set = () =>
    client.assistant.threads.setStatus({ channel_id: channel.id, thread_ts: root, status: 'is reading the code' })
  await set()
  expect(slack.status(channel, root)?.text).toBe('is reading the code')
  slack.advance(2.1 * MINUTE_MS)
  expect(slack.status(channel, root)).toBeUndefined()
  await set()
  await client.chat.postMessage({ ...place, text: 'done' })
  expect(slack.status(channel, root)).toBeUndefined()
})

test('a session keeps its first title until it is renamed', async () => {
  const { slack, channel, root, client } = await setUp()
  const session = { channel_id: channel.id, thread_ts: root }
  expect(await answerOf(client.agents.sessions.rename({ ...session, title: 'x' }))).toBe('session_not_found')
  await client.agents.sessions.setStatus({ ...session, status: 'processing', title: 'Queues' })
  await client.agents.sessions.setStatus({ ...session, status: 'active', title: 'Other' })
  expect(slack.session(channel, root)).toMatchObject({ status: 'active', title: 'Queues' })
  await client.agents.sessions.rename({ ...session, title: 'Job queues' })
  expect(slack.session(channel, root)?.title).toBe('Job queues')
  expect(await answerOf(client.agents.sessions.setStatus({ ...session, status: 'busy' }))).toBe('invalid_arguments')
})
