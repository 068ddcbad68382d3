import { randomUUID } from 'node:crypto'
import type { Args } from './args.ts'
import { install } from './install.ts'
import { Refusal } from './refusal.ts'
import type { Settings } from './settings.ts'
import type { Json, Team, World } from './world.ts'

const CODE_LIFETIME_MS = 10 * 60_000

interface Grant {
  team: Team
  userId: string
  scopes: string[]
  redirectUri: string | undefined
  issuedAtMs: number
  used: boolean
}

/** Authorization codes: each installs the app in one workspace, once, within ten minutes. */
export class OAuthCodes {
  readonly #grants = new Map<string, Grant>()
  readonly #world: World
  readonly #settings: Settings

  constructor(world: World, settings: Settings) {
    this.#world = world
    this.#settings = settings
  }

  issue(grant: { team: Team; userId: string; scopes: string[]; redirectUri?: string | undefined }): string {
    const code = randomUUID()
    this.#grants.set(code, {
      ...grant,
      redirectUri: grant.redirectUri,
      issuedAtMs: this.#world.clock.nowMs(),
      used: false,
    })
    return code
  }

  /** Answers oauth.v2.access: installs the app and hands out its new bot token. */
  exchange(args: Args): Json {
    if (args.text('client_id') !== this.#settings.clientId) throw new Refusal('invalid_client_id')
    if (args.text('client_secret') !== this.#settings.clientSecret) throw new Refusal('bad_client_secret')
    const grant = this.#spend(args)
    const installation = install(this.#world, grant.team, grant.scopes)
    return {
      access_token: installation.botToken,
      token_type: 'bot',
      scope: grant.scopes.join(','),
      bot_user_id: installation.botUserId,
      app_id: this.#world.appId,
      team: { id: grant.team.id, name: grant.team.name },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: grant.userId },
    }
  }

  #spend(args: Args): Grant {
    const grant = this.#grants.get(args.text('code') ?? '')
    if (!grant) throw new Refusal('invalid_code')
    if (grant.used) throw new Refusal('code_already_used')
    if (this.#world.clock.nowMs() - grant.issuedAtMs > CODE_LIFETIME_MS) throw new Refusal('invalid_code')
    if (grant.redirectUri !== undefined && args.text('redirect_uri') !== grant.redirectUri) {
      throw new Refusal('bad_redirect_uri')
    }
    grant.used = true
    return grant
  }
}
