import { createPrivateKey } from 'node:crypto'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { findInstallation } from './find-installation.ts'
import { fingerprint } from './identity.ts'
import type { Identity } from './identity.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Requests } from './requests.ts'
import type { RepositoryRef } from './target.ts'

/** How Architect signs in to GitHub. */
export type GitHubAuth =
  | { kind: 'none' }
  | { kind: 'token'; token: string }
  | { kind: 'app'; appId: string; privateKey: string }

type OctokitOptions = { baseUrl: string; userAgent: string; request: { fetch: typeof globalThis.fetch } }
type Setup = { auth: GitHubAuth; requests: Requests; octokit: OctokitOptions; now: () => number }

// A new installation is seen within half a minute; a found one rarely changes.
const FOUND_MS = 300_000
const FALLBACK_MS = 30_000
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** Picks the identity for each repository; throws at once when an App's private key can't be read. */
export class Credentials {
  readonly #setup: Setup
  readonly #anonymous: Identity
  readonly #installations = new Map<number, Identity>()
  readonly #chosen = new Map<string, { identity: Identity; untilMs: number }>()
  /** The token, the App itself, or nobody. */
  readonly own: Identity
  readonly kind: GitHubAuth['kind']

  constructor(setup: Setup) {
    this.#setup = setup
    this.#anonymous = { key: 'anonymous', anonymous: true, octokit: new Octokit({ ...setup.octokit, log: SILENT }) }
    this.own = this.#createOwn()
    this.kind = setup.auth.kind
  }

  async forRepository(repository: RepositoryRef, options: CallOptions): Promise<Outcome<Identity>> {
    if (this.#setup.auth.kind !== 'app') return succeed(this.own)
    const key = `${repository.owner}/${repository.name}`.toLowerCase()
    const chosen = this.#chosen.get(key)
    if (chosen && chosen.untilMs > this.#setup.now()) return succeed(chosen.identity)
    const found = await findInstallation(this.#setup.requests, this.own, repository, options)
    if (!found.ok) return found
    const identity = found.value.id === undefined ? this.#anonymous : this.installation(found.value.id)
    const untilMs = this.#setup.now() + (found.value.exact ? FOUND_MS : FALLBACK_MS)
    this.#chosen.set(key, { identity, untilMs })
    return succeed(identity)
  }

  /** The identity of one installation of the App. */
  installation(installationId: number): Identity {
    const known = this.#installations.get(installationId)
    if (known) return known
    const made = this.#createApp(installationId)
    this.#installations.set(installationId, made)
    return made
  }

  #createOwn(): Identity {
    const { auth, octokit } = this.#setup
    if (auth.kind === 'none') return this.#anonymous
    if (auth.kind === 'app') return this.#createApp(undefined)
    const signedIn = new Octokit({ ...octokit, log: SILENT, auth: auth.token })
    return { key: `token:${fingerprint(auth.token)}`, anonymous: false, octokit: signedIn }
  }

  #createApp(installationId: number | undefined): Identity {
    const { auth, octokit } = this.#setup
    if (auth.kind !== 'app') throw new Error('Only a GitHub App has installations')
    const { appId } = auth
    const app = { appId, privateKey: readPrivateKey(auth.privateKey), ...(installationId && { installationId }) }
    const signedIn = new Octokit({ ...octokit, log: SILENT, authStrategy: createAppAuth, auth: app })
    return { key: `app:${appId}${installationId ? `:${installationId}` : ''}`, anonymous: false, octokit: signedIn }
  }
}

// Keys put on one line of a .env file carry their line breaks as a backslash and an n.
function readPrivateKey(text: string): string {
  const pem = text.replaceAll(String.raw`\n`, '\n').trim()
  try {
    createPrivateKey(pem)
  } catch (cause) {
    throw new Error('GITHUB_APP_PRIVATE_KEY is not a private key in PEM form: copy the whole .pem file.', { cause })
  }
  return pem
}

function ignore(): void {}
