import { expect, test } from 'vitest'
import { answerOf, connectClient, useSlack } from './clients.ts'

async function setUp() {
  const slack = await useSlack()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  return { slack, ana, channel, client: connectClient(slack) }
}

const long = 'x'.repeat(12_001)
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

const refusedPosts: [string, Record<string, unknown>, string][] = [
  ['nothing to say', {}, 'no_text'],
  ['text beside markdown', { text: 'a', markdown_text: 'b' }, 'markdown_text_conflict'],
  ['blocks beside markdown', { blocks: [section('a')], markdown_text: 'b' }, 'markdown_text_conflict'],
  ['too much markdown', { markdown_text: long }, 'msg_too_long'],
  ['blocks that are no list', { blocks: { type: 'section' } }, 'invalid_blocks_format'],
  ['51 blocks', { blocks: Array.from({ length: 51 }, () => section('a')) }, 'msg_blocks_too_many'],
  [
    'a markdown block that becomes 51',
    { blocks: [{ type: 'markdown', text: 'a\n\n'.repeat(51) }] },
    'msg_blocks_too_many',
  ],
  [
    'too many characters',
    { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2700))) },
    'msg_blocks_too_long',
  ],
  ['metadata without a payload', { text: 'a', metadata: { event_type: 'run' } }, 'invalid_metadata_format'],
  ['an unknown thread', { text: 'a', thread_ts: '1.000001' }, 'thread_not_found'],
  ['a name of its own', { text: 'a', username: 'boss' }, 'missing_scope'],
]

test.each(refusedPosts)('chat.postMessage refuses %s', async (_, args, code) => {
  const { channel, client } = await setUp()
  expect(await answerOf(client.apiCall('chat.postMessage', { channel: channel.id, ...args }))).toBe(code)
})

test('chat.postMessage keeps to the channels the bot may write in', async () => {
  const { slack, ana, client } = await setUp()
  const open = slack.addChannel({ name: 'random', botIsMember: false })
  const hidden = slack.addChannel({ name: 'board', isPrivate: true, botIsMember: false })
  const archived = slack.addChannel({ name: 'old' })
  archived.isArchived = true
  const post = (channel: string) => answerOf(client.chat.postMessage({ channel, text: 'hello' }))

  expect(await post('C0000000000')).toBe('channel_not_found')
  expect(await post(open.id)).toBe('not_in_channel')
  expect(await post(hidden.id)).toBe('channel_not_found')
  expect(await post(archived.id)).toBe('is_archived')
  expect(await post(ana.id)).toBe('ok')
  expect(slack.textOf(slack.openDm(ana).messages[0]!)).toBe('hello')
})

test('a text over 40,000 characters is cut, an update over 4,000 is refused', async () => {
  const { channel, client } = await setUp()
  const posted = await client.chat.postMessage({ channel: channel.id, text: 'x'.repeat(40_001) })
  expect(channel.messages[0]?.text).toHaveLength(40_000)
  const update = client.chat.update({ channel: channel.id, ts: posted.ts!, text: 'x'.repeat(4001) })
  expect(await answerOf(update)).toBe('msg_too_long')
})

test('only the bot may change or delete its messages', async () => {
  const { ana, channel, client } = await setUp()
  const ts = ana.says(channel, 'mine')
  expect(await answerOf(client.chat.update({ channel: channel.id, ts, text: 'a' }))).toBe('cant_update_message')
  expect(await answerOf(client.chat.delete({ channel: channel.id, ts }))).toBe('cant_delete_message')
  expect(await answerOf(client.chat.delete({ channel: channel.id, ts: '1.1' }))).toBe('message_not_found')
})

test('an update with text alone removes the blocks and shows as edited', async () => {
  const { slack, channel, client } = await setUp()
  const posted = await client.chat.postMessage({ channel: channel.id, text: 'a', blocks: [{ type: 'divider' }] })
  await client.chat.update({ channel: channel.id, ts: posted.ts!, text: 'b' })
  expect(slack.textOf(channel.messages[0]!)).toBe('b')
  expect(channel.messages[0]?.edited).toBeDefined()
})

test('metadata comes back from conversations.replies when it is asked for', async () => {
  const { ana, channel, client } = await setUp()
  const root = ana.says(channel, 'hello')
  const metadata = { event_type: 'run', event_payload: { id: 'r1' } }
  await client.chat.postMessage({ channel: channel.id, thread_ts: root, text: 'a', metadata })

  const bare = await client.conversations.replies({ channel: channel.id, ts: root })
  const full = await client.conversations.replies({ channel: channel.id, ts: root, include_all_metadata: true })

  expect(bare.messages?.[1]).not.toHaveProperty('metadata')
  expect(full.messages?.[1]).toMatchObject({ metadata })
  expect(full.messages?.[0]).toMatchObject({ reply_count: 1 })
})

test('an update without metadata keeps it, an empty object removes it', async () => {
  const { channel, client } = await setUp()
  const metadata = { event_type: 'run', event_payload: { id: 'r1' } }
  const { ts } = await client.chat.postMessage({ channel: channel.id, text: 'a', metadata })
  await client.chat.update({ channel: channel.id, ts: ts!, text: 'b' })
  expect(channel.messages[0]?.metadata).toEqual(metadata)
  await client.apiCall('chat.update', { channel: channel.id, ts, metadata: {} })
  expect(channel.messages[0]?.metadata).toBeUndefined()
  expect(channel.messages[0]?.text).toBe('b')
})

test('special characters are stored as entities and control sequences are kept', async () => {
  const { channel, client } = await setUp()
  await client.chat.postMessage({ channel: channel.id, text: 'a < b & c &amp; <!here> https://example.com/x?a=1&b=2.' })
  expect(channel.messages[0]?.text).toBe('a &lt; b &amp; c &amp; <!here> <https://example.com/x?a=1&amp;b=2>.')
})

test('an ephemeral message reaches only members, and only the one it is for', async () => {
  const { slack, ana, channel, client } = await setUp()
  const bea = slack.addUser({ name: 'bea' })
  const whisper = (user: string) => answerOf(client.chat.postEphemeral({ channel: channel.id, user, text: 'psst' }))
  expect(await whisper(bea.id)).toBe('user_not_in_channel')
  expect(await whisper(ana.id)).toBe('ok')
  expect(slack.ephemerals(ana).map((message) => slack.textOf(message))).toEqual(['psst'])
  expect(slack.channelMessages(channel)).toEqual([])
})

test('JSON bodies are read like form bodies', async () => {
  const { slack, channel } = await setUp()
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel: channel.id, blocks: [section('from JSON')] }),
  })
  expect(await response.json()).toMatchObject({ ok: true })
  expect(slack.textOf(channel.messages[0]!)).toBe('from JSON')
  expect(slack.calls('chat.postMessage')[0]?.rawBody).toContain('from JSON')
})
