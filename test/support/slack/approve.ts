import type { OAuthCodes } from './oauth-codes.ts'
import type { Settings } from './settings.ts'
import type { Team } from './world.ts'

/** Approves an "Add to Slack" link for a workspace; returns the address the browser is sent back to. */
export function approveInstall(
  oauth: OAuthCodes,
  settings: Settings,
  approval: { team: Team; userId: string; link: string },
): string {
  const { team, userId } = approval
  const asked = new URL(approval.link).searchParams
  if (asked.get('client_id') !== settings.clientId) throw new Error('the link names another app')
  const redirectUri = asked.get('redirect_uri')
  if (redirectUri === null) throw new Error('the link has no redirect_uri')
  const scopes = (asked.get('scope') ?? '').split(',').filter((scope) => scope !== '')
  const back = new URL(redirectUri)
  back.searchParams.set('code', oauth.issue({ team, userId, scopes, redirectUri }))
  back.searchParams.set('state', asked.get('state') ?? '')
  return back.href
}
