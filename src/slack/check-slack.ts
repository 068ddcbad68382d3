import { createHmac, randomUUID } from 'node:crypto'
import { WebClient } from '@slack/web-api'
import type { Config } from '../config.ts'
import type { Store } from '../db/open-store.ts'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import { readFailure } from './delivery/slack-failure.ts'
import { Installations, SlackAccessError } from './installations.ts'
import { botScopes } from './scopes.ts'

/** One thing that was checked: `trouble` says what is wrong and what to do, `fine` what was found. */
export type SlackCheck = { fine: string } | { trouble: string }

const timeoutMs = 10_000

/** Checks the bot token and compares the scopes Slack granted with those the bot uses. */
export async function checkToken(botToken: string, slack: Config['slack'], log: Logger): Promise<SlackCheck> {
  try {
    const identity = await client(botToken, slack, log).auth.test()
    const granted = new Set(identity.response_metadata?.scopes ?? [])
    const missing = botScopes.filter((scope) => !granted.has(scope))
    if (missing.length === 0)
      return { fine: `${identity.user} in ${identity.team}, all ${botScopes.length} scopes granted` }
    return {
      trouble: `the token lacks ${missing.join(', ')}. Changing the manifest is not enough: open OAuth & Permissions and press "Reinstall to Workspace".`,
    }
  } catch (error) {
    return { trouble: explain(error, 'install the app, and copy SLACK_BOT_TOKEN from OAuth & Permissions again') }
  }
}

/** Checks that the tokens of all workspaces that installed the app can be opened. */
export async function checkInstallations(store: Store, slack: Config['slack'], log: Logger): Promise<SlackCheck> {
  try {
    const installed = await new Installations(store, slack.workspaces, { apiUrl: slack.apiUrl, log }).list()
    return {
      fine:
        installed.length === 0
          ? 'no workspace has installed the app yet; people do so at /slack/install'
          : `installed in ${installed.map(({ teamName }) => teamName).join(', ')}`,
    }
  } catch (error) {
    if (error instanceof SlackAccessError) return { trouble: error.message }
    throw error
  }
}

/** Checks that events can arrive: over a socket that Slack offers, or signed over HTTP at our own address. */
export function checkConnection({ slack, http }: Pick<Config, 'slack' | 'http'>, log: Logger): Promise<SlackCheck> {
  const { connection } = slack
  return connection.mode === 'http'
    ? checkSignature(connection.signingSecret, http)
    : checkSocket(client(connection.appToken, slack, log))
}

async function checkSocket({ apps }: WebClient): Promise<SlackCheck> {
  try {
    const { url = '' } = await apps.connections.open({})
    // A socket opened here would take events from a bot that runs, so only the way to it is tried.
    const { origin, host } = new URL(url.replace(/^ws/, 'http'))
    const reached = await fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) }).catch(
      () => undefined,
    )
    return reached
      ? { fine: 'Slack offers a socket for SLACK_APP_TOKEN' }
      : { trouble: `${host}, where Slack offers the socket, cannot be reached: let this machine connect to it.` }
  } catch (error) {
    const advice = 'make an app-level token with connections:write under Basic Information, and turn Socket Mode on'
    return { trouble: explain(error, advice) }
  }
}

async function checkSignature(signingSecret: string, { host, port }: Config['http']): Promise<SlackCheck> {
  const challenge = randomUUID()
  const body = JSON.stringify({ type: 'url_verification', challenge })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
  const address = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/slack/events`
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  }
  try {
    const response = await fetch(address, { method: 'POST', body, headers, signal: AbortSignal.timeout(timeoutMs) })
    if (response.ok && (await response.text()).includes(challenge))
      return { fine: `signed requests are taken at ${address}; Slack must reach it from outside over https` }
    return { trouble: explainAnswer(response.status, address) }
  } catch {
    return { trouble: `nothing answers at ${address}: start the bot with npm start, then ask again` }
  }
}

function explainAnswer(status: number, address: string): string {
  if (status === 401)
    return `${address} refused a signed request: the bot that runs there has another SLACK_SIGNING_SECRET; copy it from Basic Information`
  if (status === 503) return `the bot at ${address} is not connected yet: ask again in a moment`
  return `what answers at ${address} is not this bot (status ${status}): start it with npm start, or set PORT to where it runs`
}

function client(token: string, slack: Config['slack'], log: Logger): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    logger: quietBoltLogger(log),
  })
}

function explain(error: unknown, advice: string): string {
  const failure = readFailure(error)
  if (!failure) throw error
  if (failure.kind === 'refused') return `Slack refuses it (${failure.code}): ${advice}.`
  return 'Slack cannot be reached: check the network of this machine and SLACK_API_URL.'
}
