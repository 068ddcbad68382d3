import { type WebClient, WebAPIPlatformError } from '@slack/web-api'
import { eq } from 'drizzle-orm'
import type { SlackWorkspaces } from '../config.ts'
import type { Store } from '../db/open-store.ts'
import { installations } from '../db/schema.ts'
import { seal, unseal } from '../lib/seal.ts'
import { type ClientOptions, createClients, type SlackClients } from './clients.ts'
import { callUntilAnswered } from './delivery/slack-failure.ts'

/** Who the bot is in a workspace, and with which token. */
export interface InstallationIdentity {
  teamId: string
  teamName: string
  botUserId: string
  botId: string
  botToken: string
  scopes: string[]
}

export interface Installation extends InstallationIdentity {
  /** When this token was stored, ms. */
  installedAt: number
  clients: SlackClients
  /** Where Slack shows this workspace's messages, as far as it has told us by a permalink. */
  ownOrigins: Set<string>
}

/** Thrown at start when Slack refuses the bot token; the message says what to do. */
export class SlackAccessError extends Error {
  override name = 'SlackAccessError'
}

/** The workspaces this process serves, with their tokens and clients; kept in memory after the first look-up. */
export class Installations {
  readonly #store: Store
  readonly #workspaces: SlackWorkspaces
  readonly #options: ClientOptions
  readonly #known = new Map<string, Installation>()

  constructor(store: Store, workspaces: SlackWorkspaces, options: ClientOptions) {
    this.#store = store
    this.#workspaces = workspaces
    this.#options = options
  }

  /** Signs in with the token of the settings, however long Slack is away, or opens every stored one. Throws SlackAccessError when one is of no use. */
  async connect(now: number, signal: AbortSignal): Promise<void> {
    if (this.#workspaces.kind === 'many') {
      await this.list()
      return
    }
    const { botToken } = this.#workspaces
    const identity = await signIn(createClients(botToken, this.#options).background, signal)
    await this.#save({ ...identity, botToken }, undefined, now)
  }

  /** The installation of a workspace; undefined when the app is not installed there. */
  async find(teamId: string): Promise<Installation | undefined> {
    const known = this.#known.get(teamId)
    if (known || this.#workspaces.kind === 'one') return known
    const [row] = await this.#store.read.select().from(installations).where(eq(installations.teamId, teamId))
    return row && this.#open(row)
  }

  /** Every workspace that installed the app through OAuth. Throws SlackAccessError when a token cannot be opened. */
  async list(): Promise<Installation[]> {
    const rows = await this.#store.read.select().from(installations)
    return rows.flatMap((row) => this.#open(row) ?? [])
  }

  /** Keeps a workspace that installed the app through OAuth, its token sealed. */
  async add(identity: InstallationIdentity, now: number): Promise<void> {
    if (this.#workspaces.kind === 'one') throw new Error('this process serves one workspace')
    const sealed = seal(identity.botToken, this.#workspaces.encryptionKey, purpose(identity.teamId))
    await this.#save(identity, sealed, now)
  }

  /** Whether a workspace that removed the app at `removedAtSeconds`, by Slack's clock, has installed it again since. */
  async isInstalledAgain(teamId: string, removedAtSeconds: number): Promise<boolean> {
    const installation = await this.find(teamId)
    if (!installation || installation.installedAt / 1000 < removedAtSeconds) return false
    // The two clocks are not the same; only Slack knows whether this token came before the removal or after it.
    return isAccepted(installation.clients.background)
  }

  /** Forgets a workspace's token; harmless when it is gone already. */
  async remove(teamId: string): Promise<void> {
    this.#known.delete(teamId)
    await this.#store.write(async (tx) => {
      await tx.delete(installations).where(eq(installations.teamId, teamId))
    })
  }

  async #save(installation: InstallationIdentity, sealedBotToken: string | undefined, now: number): Promise<void> {
    const { botToken: _, scopes, ...identity } = installation
    const row = { ...identity, scopes: scopes.join(','), sealedBotToken: sealedBotToken ?? null, installedAt: now }
    await this.#store.write(async (tx) => {
      await tx.insert(installations).values(row).onConflictDoUpdate({ target: installations.teamId, set: row })
    })
    this.#remember({ ...installation, installedAt: now })
  }

  #open({ sealedBotToken, ...row }: typeof installations.$inferSelect): Installation | undefined {
    if (!sealedBotToken || this.#workspaces.kind === 'one') return undefined
    try {
      const botToken = unseal(sealedBotToken, this.#workspaces.encryptionKey, purpose(row.teamId))
      return this.#remember({ ...row, botToken, scopes: row.scopes.split(',') })
    } catch (error) {
      throw new SlackAccessError(
        `The token of ${row.teamName} cannot be opened: ARCHITECT_ENCRYPTION_KEY must be the key it was sealed with. If that is lost, run npm run architect -- forget ${row.teamId} and install the app there again.`,
        { cause: error },
      )
    }
  }

  #remember(installation: InstallationIdentity & { installedAt: number }): Installation {
    const { teamId, teamName, botUserId, botId, botToken, scopes, installedAt } = installation
    const clients = createClients(botToken, this.#options)
    const identity = { teamId, teamName, botUserId, botId, botToken, scopes, installedAt }
    const known = { ...identity, clients, ownOrigins: new Set<string>() }
    this.#known.set(teamId, known)
    return known
  }
}

const purpose = (teamId: string) => `bot-token:${teamId}`

async function isAccepted({ auth }: WebClient): Promise<boolean> {
  try {
    await auth.test()
    return true
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return false
    throw error
  }
}

async function signIn(client: WebClient, signal: AbortSignal): Promise<Omit<InstallationIdentity, 'botToken'>> {
  try {
    const identity = await callUntilAnswered(() => client.auth.test(), signal)
    return {
      teamId: identity.team_id ?? '',
      teamName: identity.team ?? '',
      botUserId: identity.user_id ?? '',
      botId: identity.bot_id ?? '',
      scopes: identity.response_metadata?.scopes ?? [],
    }
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error
    throw new SlackAccessError(
      `Slack refused SLACK_BOT_TOKEN (${error.data.error}): copy the Bot User OAuth Token from OAuth & Permissions, and install the app to the workspace again.`,
      { cause: error },
    )
  }
}
