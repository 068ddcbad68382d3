import { expect, test } from 'vitest'
import { BOT_METHODS } from '../../support/slack/web-api/methods.ts'
import { METHOD_SCOPES } from '../../support/slack/scopes.ts'
import { answerOf, connectClient, useSlack } from './clients.ts'

test('a token that is missing, wrong, of the wrong kind, revoked or uninstalled is refused as Slack does', async () => {
  const slack = await useSlack()
  const test = (token: string) => answerOf(connectClient(slack, token).auth.test())
  expect(await test('')).toBe('not_authed')
  expect(await test('wrong')).toBe('invalid_auth')
  expect(await test(slack.appToken)).toBe('not_allowed_token_type')
  expect(await test(slack.botToken)).toBe('ok')
  slack.revokeTokens()
  expect(await test(slack.botToken)).toBe('token_revoked')
  slack.installIn(slack.team)
  slack.uninstall()
  expect(await test(slack.botToken)).toBe('account_inactive')
})

test('Socket Mode wants the app token', async () => {
  const slack = await useSlack()
  const open = (token: string) => answerOf(connectClient(slack, token).apps.connections.open())
  expect(await open(slack.botToken)).toBe('not_allowed_token_type')
  expect(await open('wrong')).toBe('invalid_auth')
  expect(await open(slack.appToken)).toBe('ok')
})

test('auth.test tells who the bot is and which scopes it has', async () => {
  const slack = await useSlack({ scopes: ['chat:write', 'users:read'] })
  const answer = await connectClient(slack).auth.test()
  expect(answer).toMatchObject({ team_id: slack.team.id, user_id: slack.botUserId, user: 'architect' })
  expect(answer.response_metadata?.scopes).toEqual(['chat:write', 'users:read'])
})

const scoped = Object.entries(METHOD_SCOPES).filter(([, scope]) => scope.token === 'bot' && scope.anyOf.length > 0)

test.each(scoped)('%s is refused without its scope', async (method, scope) => {
  const slack = await useSlack({ scopes: ['commands'] })
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(await response.json()).toEqual({
    ok: false,
    error: 'missing_scope',
    needed: scope.anyOf.join(','),
    provided: 'commands',
  })
})

test('reading a private channel needs the scope for private channels', async () => {
  const slack = await useSlack({ scopes: ['channels:history'] })
  const channel = slack.addChannel({ name: 'board', isPrivate: true })
  const call = connectClient(slack).conversations.history({ channel: channel.id })
  await expect(call).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'groups:history' } })
})

test('every method the stand-in runs has its scope on record', () => {
  const known = Object.keys(METHOD_SCOPES).filter((method) => METHOD_SCOPES[method]?.token === 'bot')
  expect(Object.keys(BOT_METHODS).sort()).toEqual(known.sort())
})

test('methods Slack does not have are unknown, and agent methods too when the app is no agent', async () => {
  const slack = await useSlack({ agentMethods: false })
  const client = connectClient(slack)
  expect(await answerOf(client.apiCall('chat.sing'))).toBe('unknown_method')
  for (const method of ['chat.startStream', 'assistant.threads.setStatus', 'agents.sessions.setStatus']) {
    expect(await answerOf(client.apiCall(method))).toBe('unknown_method')
  }
})
