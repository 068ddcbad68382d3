import { createHmac } from 'node:crypto'
import { WebClient } from '@slack/web-api'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { quietBoltLogger } from './bolt-logger.ts'
import { readFailure } from './delivery/slack-failure.ts'
import { botScopes } from './scopes.ts'

/** One thing that was checked: `trouble` says what is wrong and what to do, `fine` what was found. */
export type SlackCheck = { fine: string } | { trouble: string }

const timeoutMs = 10_000

/** Checks the bot token and compares the scopes Slack granted with those the bot uses. */
export async function checkToken(slack: Config['slack'], log: Logger): Promise<SlackCheck> {
  if (slack.workspaces.kind === 'many') return { fine: 'many workspaces, each with its own token from OAuth' }
  const { botToken } = slack.workspaces
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
    return { trouble: explain(error, 'copy SLACK_BOT_TOKEN again from OAuth & Permissions') }
  }
}

/** Checks that events can arrive: over a socket that Slack offers, or signed over HTTP at our own address. */
export async function checkConnection(
  { slack, http }: Pick<Config, 'slack' | 'http'>,
  log: Logger,
): Promise<SlackCheck> {
  const { connection } = slack
  if (connection.mode === 'http') return checkSignature(connection.signingSecret, http)
  try {
    await client(connection.appToken, slack, log).apps.connections.open({})
    return { fine: 'Slack offers a socket for SLACK_APP_TOKEN' }
  } catch (error) {
    return {
      trouble: explain(
        error,
        'make an app-level token with connections:write under Basic Information, and turn Socket Mode on',
      ),
    }
  }
}

async function checkSignature(signingSecret: string, { host, port }: Config['http']): Promise<SlackCheck> {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'doctor' })
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
    if (response.ok)
      return { fine: `signed requests are taken at ${address}; Slack must reach it from outside over https` }
    return {
      trouble: `${address} refused a signed request (${response.status}): the bot there has another SLACK_SIGNING_SECRET`,
    }
  } catch {
    return { trouble: `nothing answers at ${address}: start the bot with npm start, then ask again` }
  }
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
