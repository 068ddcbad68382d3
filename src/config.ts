import { createPrivateKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { loadEnvFile } from 'node:process'
import * as z from 'zod'

const present = z.string().trim().min(1)
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })
const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${least} to ${most}` })
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be a whole number from ${least} to ${most}`)
    .max(most, `must be a whole number from ${least} to ${most}`)

const slackToken = (prefix: string, where: string) =>
  present.startsWith(prefix, `must start with ${prefix}: copy it from ${where} in your Slack app's settings`)

const settings = z.object({
  SLACK_BOT_TOKEN: slackToken('xoxb-', 'OAuth & Permissions').optional(),
  SLACK_APP_TOKEN: slackToken('xapp-', 'Basic Information > App-Level Tokens').optional(),
  SLACK_SIGNING_SECRET: present.optional(),
  SLACK_CLIENT_ID: present.optional(),
  SLACK_CLIENT_SECRET: present.optional(),
  SLACK_STATE_SECRET: present.min(16, 'must be at least 16 characters of your own choosing').optional(),
  SLACK_API_URL: url.default('https://slack.com/api/'),
  SLACK_BLOCKS: z.enum(['modern', 'classic'], { error: 'must be modern or classic' }).default('modern'),
  ANTHROPIC_API_KEY: present.optional(),
  ANTHROPIC_BASE_URL: url.default('https://api.anthropic.com'),
  ARCHITECT_MODEL: present.default('claude-opus-5-5'),
  ARCHITECT_SMALL_MODEL: present.default('claude-haiku-5-5'),
  ARCHITECT_DAILY_BUDGET_USD: z.coerce
    .number({ error: 'must be a number of US dollars' })
    .positive('must be above 0')
    .default(20),
  ARCHITECT_ALLOW_UNPRICED: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((value) => value === 'true'),
  GITHUB_TOKEN: present.optional(),
  GITHUB_APP_ID: present.optional(),
  GITHUB_APP_PRIVATE_KEY: present
    .transform((value) => value.replaceAll('\\n', '\n'))
    .refine(isPrivateKey, 'must be the whole .pem file that GitHub gave you, from -----BEGIN to END-----')
    .optional(),
  GITHUB_API_URL: url
    .refine(
      (value) => !/^https?:\/\/(?:www\.)?github\.com(?:\/|$)/i.test(value),
      'must be https://api.github.com, or https://HOST/api/v3 for Enterprise Server',
    )
    .default('https://api.github.com'),
  NPM_REGISTRY_URL: url.default('https://registry.npmjs.org'),
  DATABASE_URL: present
    .refine((value) => value.startsWith('file:'), 'must be a SQLite file such as file:./data/architect.db')
    .optional(),
  ARCHITECT_DATA_DIR: present.default('./data'),
  ARCHITECT_ENCRYPTION_KEY: present
    .refine(
      (value) => Buffer.from(value, 'base64').length === 32,
      'must be 32 random bytes in base64: openssl rand -base64 32',
    )
    .optional(),
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: present.default('0.0.0.0'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
})
type Settings = z.infer<typeof settings>

export type SlackConnection = { mode: 'socket'; appToken: string } | { mode: 'http'; signingSecret: string }

export type SlackWorkspaces =
  | { kind: 'one'; botToken: string }
  | { kind: 'many'; clientId: string; clientSecret: string; stateSecret: string; encryptionKey: Buffer }

export type GitHubAuth =
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  | { kind: 'app'; appId: string; privateKey: string }

export interface Config {
  slack: { apiUrl: string; blocks: 'modern' | 'classic'; connection: SlackConnection; workspaces: SlackWorkspaces }
  claude: {
    apiKey: string | undefined
    baseUrl: string
    model: string
    smallModel: string
    dailyBudgetUsd: number
    allowUnpriced: boolean
  }
  github: { apiUrl: string; auth: GitHubAuth }
  npm: { registryUrl: string }
  store: { databaseFile: string; dataDir: string }
  http: { port: number; host: string }
  log: { level: Settings['LOG_LEVEL'] }
  process: { owner: string }
}

/** Thrown by readConfig with every mistake at once; `problems` are sentences an operator can act on. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`The settings are not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Environment = Record<string, string | undefined>

/** Turns environment variables into the typed configuration, or throws one ConfigError that names every mistake. */
export function readConfig(env: Environment): Config {
  return nest(readSettings(env, (s) => [...findSlackContradictions(s), ...findGitHubContradictions(s)]))
}

/** What a command needs that reads code and never meets Slack; throws as readConfig does. */
export function readCodeConfig(env: Environment): Pick<Config, 'claude' | 'github' | 'npm' | 'store'> {
  return nest(readSettings(env, findGitHubContradictions))
}

/** The process environment, after `.env` when that exists. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) loadEnvFile('.env')
  return process.env
}

function readSettings(env: Environment, findContradictions: (settings: Settings) => string[]): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = settings.safeParse(given)
  const problems = parsed.success
    ? findContradictions(parsed.data)
    : [
        ...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`),
        ...findContradictions({ ...settings.partial().safeParse({}).data, ...given } as Settings), // only presence is looked at
      ]
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  return parsed.data
}

function findSlackContradictions(s: Settings): string[] {
  const problems: string[] = []
  const oauth = [s.SLACK_CLIENT_ID, s.SLACK_CLIENT_SECRET, s.SLACK_STATE_SECRET]
  const hasOAuth = oauth.every(Boolean)
  if (!s.SLACK_BOT_TOKEN && !oauth.some(Boolean))
    problems.push(
      'SLACK_BOT_TOKEN is missing: install the app to your workspace, then copy the "Bot User OAuth Token" (xoxb-…) from OAuth & Permissions.',
    )
  if (oauth.some(Boolean) && !hasOAuth)
    problems.push(
      'SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET belong together: set all three to serve many workspaces, or none.',
    )
  if (hasOAuth && s.SLACK_BOT_TOKEN)
    problems.push('SLACK_BOT_TOKEN serves one workspace and SLACK_CLIENT_ID many: keep one of the two.')
  if (hasOAuth && !s.ARCHITECT_ENCRYPTION_KEY)
    problems.push(
      'ARCHITECT_ENCRYPTION_KEY is missing: workspace tokens are stored encrypted. Make one with: openssl rand -base64 32',
    )
  if (!s.SLACK_APP_TOKEN && !s.SLACK_SIGNING_SECRET)
    problems.push(
      'SLACK_APP_TOKEN is missing: create an app-level token (xapp-…) with connections:write under Basic Information for Socket Mode, or set SLACK_SIGNING_SECRET for HTTP.',
    )
  return problems
}

function findGitHubContradictions(s: Settings): string[] {
  const problems: string[] = []
  if (Boolean(s.GITHUB_APP_ID) !== Boolean(s.GITHUB_APP_PRIVATE_KEY))
    problems.push('GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong together: set both, or use GITHUB_TOKEN.')
  if (s.GITHUB_TOKEN && s.GITHUB_APP_ID)
    problems.push('GITHUB_TOKEN and GITHUB_APP_ID are two ways to sign in to GitHub: keep one of the two.')
  return problems
}

function nest(s: Settings): Config {
  const dataDir = resolve(s.ARCHITECT_DATA_DIR)
  return {
    slack: {
      apiUrl: s.SLACK_API_URL.replace(/\/?$/, '/'),
      blocks: s.SLACK_BLOCKS,
      connection: s.SLACK_APP_TOKEN
        ? { mode: 'socket', appToken: s.SLACK_APP_TOKEN }
        : { mode: 'http', signingSecret: s.SLACK_SIGNING_SECRET ?? '' },
      workspaces: readWorkspaces(s),
    },
    claude: {
      apiKey: s.ANTHROPIC_API_KEY,
      baseUrl: s.ANTHROPIC_BASE_URL,
      model: s.ARCHITECT_MODEL,
      smallModel: s.ARCHITECT_SMALL_MODEL,
      dailyBudgetUsd: s.ARCHITECT_DAILY_BUDGET_USD,
      allowUnpriced: s.ARCHITECT_ALLOW_UNPRICED,
    },
    github: { apiUrl: s.GITHUB_API_URL.replace(/\/$/, ''), auth: readGitHubAuth(s) },
    npm: { registryUrl: s.NPM_REGISTRY_URL },
    store: {
      databaseFile: s.DATABASE_URL
        ? resolve(s.DATABASE_URL.replace(/^file:(\/\/)?/, ''))
        : join(dataDir, 'architect.db'),
      dataDir,
    },
    http: { port: s.PORT, host: s.HOST },
    log: { level: s.LOG_LEVEL },
    process: { owner: `${hostname()}:${process.pid}` },
  }
}

function readWorkspaces(s: Settings): SlackWorkspaces {
  if (s.SLACK_BOT_TOKEN) return { kind: 'one', botToken: s.SLACK_BOT_TOKEN }
  return {
    kind: 'many',
    clientId: s.SLACK_CLIENT_ID ?? '',
    clientSecret: s.SLACK_CLIENT_SECRET ?? '',
    stateSecret: s.SLACK_STATE_SECRET ?? '',
    encryptionKey: Buffer.from(s.ARCHITECT_ENCRYPTION_KEY ?? '', 'base64'),
  }
}

function readGitHubAuth(s: Settings): GitHubAuth {
  if (s.GITHUB_TOKEN) return { kind: 'token', token: s.GITHUB_TOKEN }
  if (s.GITHUB_APP_ID && s.GITHUB_APP_PRIVATE_KEY)
    return { kind: 'app', appId: s.GITHUB_APP_ID, privateKey: s.GITHUB_APP_PRIVATE_KEY }
  return { kind: 'none' }
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem)
    return true
  } catch {
    return false
  }
}
