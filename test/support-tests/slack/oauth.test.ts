import type { Installation } from '@slack/oauth'
import { InstallProvider, LogLevel } from '@slack/oauth'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Slack } from '../../support/slack/slack.ts'
import { answerOf, connectClient, useSlack } from './clients.ts'

function exchange(slack: Slack, code: string, over: Record<string, string> = {}): Promise<string> {
  const client = connectClient(slack, '')
  const credentials = { client_id: slack.clientId, client_secret: slack.clientSecret }
  return answerOf(client.oauth.v2.access({ ...credentials, code, ...over }))
}

test('a code installs the app in its workspace, once', async () => {
  const slack = await useSlack()
  const team = slack.addTeam('Globex')
  const eve = slack.addUser({ name: 'eve', team })
  const code = slack.issueOAuthCode(team, { by: eve })
  expect(await exchange(slack, code, { client_secret: 'wrong' })).toBe('bad_client_secret')
  expect(await exchange(slack, code, { client_id: 'wrong' })).toBe('invalid_client_id')
  expect(await exchange(slack, code)).toBe('ok')
  expect(await exchange(slack, code)).toBe('code_already_used')
  expect(await exchange(slack, 'made-up')).toBe('invalid_code')
  const { botToken } = slack.installation(team)
  expect(await connectClient(slack, botToken).auth.test()).toMatchObject({ team_id: team.id })
})

test('a code is bound to its redirect address and lives ten minutes', async () => {
  const slack = await useSlack()
  const ana = slack.addUser({ name: 'ana' })
  const redirectUri = 'https://bot.example/callback'
  const code = slack.issueOAuthCode(slack.team, { by: ana, redirectUri })
  expect(await exchange(slack, code, { redirect_uri: 'https://evil.example' })).toBe('bad_redirect_uri')
  slack.advance(11 * 60_000)
  expect(await exchange(slack, code, { redirect_uri: redirectUri })).toBe('invalid_code')
})

test('the token of one workspace does not open another', async () => {
  const slack = await useSlack()
  const team = slack.addTeam('Globex')
  slack.installIn(team)
  slack.addUser({ name: 'eve', team })
  const theirs = slack.addChannel({ name: 'secret', team })
  const ours = slack.addChannel({ name: 'backend' })
  const client = connectClient(slack, slack.installation(team).botToken)
  expect(await answerOf(client.chat.postMessage({ channel: ours.id, text: 'hi' }))).toBe('channel_not_found')
  expect(await answerOf(client.chat.postMessage({ channel: theirs.id, text: 'hi' }))).toBe('ok')
})

test('the installer of @slack/oauth goes through the whole flow', async () => {
  const slack = await useSlack()
  const team = slack.addTeam('Globex')
  const eve = slack.addUser({ name: 'eve', team })
  const stored: Installation[] = []
  const installer = new InstallProvider({
    clientId: slack.clientId,
    clientSecret: slack.clientSecret,
    stateSecret: 'state-secret',
    authorizationUrl: `${slack.baseUrl}/oauth/v2/authorize`,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
    installationStore: {
      storeInstallation: async (installation) => void stored.push(installation),
      fetchInstallation: async () => stored[0]!,
    },
  })
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/install')) {
      const redirectUri = `http://${request.headers.host}/callback`
      void installer.handleInstallPath(request, response, {}, { scopes: ['commands'], redirectUri })
    } else void installer.handleCallback(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const page = await fetch(`${base}/install`)
  const cookie = page.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const address = /href="([^"]*authorize[^"]*)"/.exec(await page.text())?.[1] ?? ''
  const back = slack.approveInstall(eve, address.replaceAll('&amp;', '&'))
  const done = await fetch(back, { headers: { cookie } })

  expect(done.status).toBe(200)
  expect(stored[0]).toMatchObject({ team: { id: team.id }, bot: { token: slack.installation(team).botToken } })
})
