import { randomBytes } from 'node:crypto'
import { DEFAULT_BOT_EVENTS, DEFAULT_SCOPES } from './scopes.ts'

export interface SlackOptions {
  team?: { name?: string; domain?: string }
  scopes?: string[]
  botEvents?: string[]
  botName?: string
  appToken?: string
  botToken?: string
  signingSecret?: string
  clientId?: string
  clientSecret?: string
  /** False applies the limits of commercially distributed apps outside the Marketplace. Default true. */
  internalApp?: boolean
  /** False makes streaming, assistant and agent-session methods answer unknown_method. Default true. */
  agentMethods?: boolean
  /** How long the bot has to acknowledge; default 3,000 as Slack's. */
  ackTimeoutMs?: number
  /** Waits before the retries of an unacknowledged event; default Slack's: at once, 1 minute, 5 minutes. */
  retryDelaysMs?: number[]
  /** How often Socket Mode connections are pinged; default 5,000. */
  pingIntervalMs?: number
  /** Port to listen on; default any free one. */
  port?: number
  /** Where time comes from, in milliseconds; default the machine's clock. */
  now?: () => number
}

export interface Settings {
  scopes: string[]
  botEvents: Set<string>
  appToken: string
  signingSecret: string
  verificationToken: string
  clientId: string
  clientSecret: string
  internalApp: boolean
  agentMethods: boolean
  ackTimeoutMs: number
  retryDelaysMs: number[]
  pingIntervalMs: number
}

export function resolveSettings(options: SlackOptions): Settings {
  return {
    scopes: options.scopes ?? DEFAULT_SCOPES,
    botEvents: new Set(options.botEvents ?? DEFAULT_BOT_EVENTS),
    appToken: options.appToken ?? makeToken('xapp'),
    signingSecret: options.signingSecret ?? randomBytes(16).toString('hex'),
    verificationToken: randomBytes(12).toString('hex'),
    clientId: options.clientId ?? '10000000001.20000000002',
    clientSecret: options.clientSecret ?? randomBytes(16).toString('hex'),
    internalApp: options.internalApp ?? true,
    agentMethods: options.agentMethods ?? true,
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    retryDelaysMs: options.retryDelaysMs ?? [0, 60_000, 300_000],
    pingIntervalMs: options.pingIntervalMs ?? 5000,
  }
}

/** A fresh token shaped like Slack's, so that redaction sees what it would see in production. */
export function makeToken(prefix: 'xoxb' | 'xapp'): string {
  return [prefix, '1234567890', '1234567890', randomBytes(12).toString('hex')].join('-')
}
