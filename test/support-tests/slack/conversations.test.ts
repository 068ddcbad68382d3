import { expect, test } from 'vitest'
import { answerOf, connectClient, useSlack } from './clients.ts'

async function setUp(options: { internalApp?: boolean } = {}) {
  const slack = await useSlack(options)
  const ana = slack.addUser({ name: 'ana', isAdmin: true })
  const channel = slack.addChannel({ name: 'backend' })
  return { slack, ana, channel, client: connectClient(slack) }
}

test('replies come page by page, the root first', async () => {
  const { ana, channel, client } = await setUp()
  const root = ana.says(channel, 'root')
  for (const text of ['a', 'b', 'c', 'd']) ana.says(channel, text, { threadTs: root })
  const target = { channel: channel.id, ts: root, limit: 2 }
  const first = await client.conversations.replies(target)
  const second = await client.conversations.replies({ ...target, cursor: first.response_metadata?.next_cursor ?? '' })
  expect(first.messages?.map(({ text }) => text)).toEqual(['root', 'a'])
  expect(second.messages?.map(({ text }) => text)).toEqual(['b', 'c'])
  expect([first.has_more, second.has_more]).toEqual([true, true])
  expect(await answerOf(client.conversations.replies({ ...target, cursor: 'x' }))).toBe('invalid_cursor')
  expect(await answerOf(client.conversations.replies({ channel: channel.id, ts: '1.1' }))).toBe('thread_not_found')
})

test('oldest leaves out what came before', async () => {
  const { ana, channel, client } = await setUp()
  const root = ana.says(channel, 'root')
  const first = ana.says(channel, 'a', { threadTs: root })
  ana.says(channel, 'b', { threadTs: root })
  const after = await client.conversations.replies({ channel: channel.id, ts: root, oldest: first })
  expect(after.messages?.map(({ text }) => text)).toEqual(['root', 'b'])
  const history = await client.conversations.history({ channel: channel.id })
  expect(history.messages?.map(({ text }) => text)).toEqual(['root'])
})

test('a distributed app outside the Marketplace reads 15 messages, once a minute', async () => {
  const { slack, ana, channel, client } = await setUp({ internalApp: false })
  const root = ana.says(channel, 'root')
  for (let count = 0; count < 20; count += 1) ana.says(channel, `${count}`, { threadTs: root })
  const read = () => client.conversations.replies({ channel: channel.id, ts: root, limit: 200 })
  expect((await read()).messages).toHaveLength(15)
  await expect(read()).rejects.toMatchObject({ retryAfter: 60 })
  slack.advance(60_000)
  expect((await read()).messages).toHaveLength(15)
})

test('channels show their name, kind and membership', async () => {
  const { slack, client } = await setUp()
  const shared = slack.addChannel({ name: 'with-partner', isExtShared: true })
  const hidden = slack.addChannel({ name: 'board', isPrivate: true, botIsMember: false })
  const { channel } = await client.conversations.info({ channel: shared.id })
  expect(channel).toMatchObject({ name: 'with-partner', is_ext_shared: true, is_member: true, is_private: false })
  expect(await answerOf(client.conversations.info({ channel: hidden.id }))).toBe('channel_not_found')
  const { channels } = await client.conversations.list({ types: 'public_channel,private_channel' })
  expect(channels?.map(({ name }) => name)).toEqual(['backend', 'with-partner'])
})

test('the bot joins public channels only, and opens DMs with people only', async () => {
  const { slack, ana, client } = await setUp()
  const open = slack.addChannel({ name: 'random', botIsMember: false })
  expect(await answerOf(client.conversations.join({ channel: open.id }))).toBe('missing_scope')
  slack.installation().scopes.push('channels:join')
  expect(await answerOf(client.conversations.join({ channel: open.id }))).toBe('ok')
  const dm = await client.conversations.open({ users: ana.id })
  expect(dm.channel?.id).toBe(slack.openDm(ana).id)
  expect(await answerOf(client.conversations.open({ users: 'U1' }))).toBe('user_not_found')
})

test('people show their name and role, their address only with its scope', async () => {
  const { slack, ana, client } = await setUp()
  const { user } = await client.users.info({ user: ana.id })
  expect(user).toMatchObject({ name: 'ana', is_admin: true, is_bot: false })
  expect(user?.profile).not.toHaveProperty('email')
  slack.installation().scopes.push('users:read.email')
  expect((await client.users.info({ user: ana.id })).user?.profile?.email).toBe('ana@example.com')
  expect((await client.users.list({})).members?.map(({ name }) => name)).toEqual(['architect', 'ana'])
})

test('a reaction is added once', async () => {
  const { ana, channel, client } = await setUp()
  const target = { channel: channel.id, timestamp: ana.says(channel, 'hello') }
  const add = (name: string) => answerOf(client.reactions.add({ ...target, name }))
  expect([await add('eyes'), await add('eyes'), await add('Not Emoji')]).toEqual([
    'ok',
    'already_reacted',
    'invalid_name',
  ])
  expect([...channel.messages[0]!.reactions.keys()]).toEqual(['eyes'])
  expect(await answerOf(client.reactions.remove({ ...target, name: 'eyes' }))).toBe('ok')
})
