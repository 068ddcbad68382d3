import type { Core } from './core.ts'
import { emit } from './events.ts'
import type { Installation } from './world.ts'

/** Removes the app from a workspace: app_uninstalled, then tokens_revoked; its token is dead from then on. */
export function uninstall(core: Core, installation: Installation): void {
  installation.state = 'account_inactive'
  const event = { type: 'app_uninstalled', event_ts: core.world.ids.nextTs() }
  void emit(core, installation, 'app_uninstalled', event)
  emitRevoked(core, installation)
}

/** Revokes a workspace's bot token and tells the app. */
export function revokeTokens(core: Core, installation: Installation): void {
  installation.state = 'token_revoked'
  emitRevoked(core, installation)
}

function emitRevoked(core: Core, installation: Installation): void {
  const tokens = { oauth: [], bot: [installation.botUserId] }
  const event = { type: 'tokens_revoked', tokens, event_ts: core.world.ids.nextTs() }
  void emit(core, installation, 'tokens_revoked', event)
}
