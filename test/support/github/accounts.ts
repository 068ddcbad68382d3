import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { Refusal } from './reply.ts'
import type { Readable, SeedApp, SeedInstallation, SeedToken } from './seed.ts'

/** Who sent a request, as the credentials show. `name` also names the rate limit it draws on. */
export type Caller =
  | { kind: 'anonymous'; name: string; repositories: Readable }
  | {
      kind: 'user'
      name: string
      login: string | undefined
      repositories: Readable
      writes: Readable
      classic: boolean
    }
  | { kind: 'app'; name: string; app: SeedApp; repositories: Readable }
  | { kind: 'installation'; name: string; installation: SeedInstallation; repositories: Readable; writes: Readable }

const ANONYMOUS: Caller = { kind: 'anonymous', name: 'anonymous', repositories: [] }
const MAX_JWT_SECONDS = 600

/** Knows tokens and Apps, checks App JWTs, and hands out installation tokens. */
export class Accounts {
  readonly apps: readonly SeedApp[]
  readonly #tokens: readonly SeedToken[]
  readonly #issued = new Map<string, SeedInstallation>()
  readonly trusting: boolean

  /** `trusting` takes unknown credentials for a stranger's, as needed when another GitHub stands behind this one. */
  constructor(
    { apps = [], tokens = [] }: { apps?: readonly SeedApp[]; tokens?: readonly SeedToken[] },
    trusting: boolean,
  ) {
    this.apps = apps
    this.#tokens = tokens
    this.trusting = trusting
  }

  identify(authorization: string | undefined, nowSeconds: number): Caller {
    if (!authorization) return ANONYMOUS
    const credential = /^(?:token|bearer) (\S+)$/i.exec(authorization)?.[1] ?? ''
    const token = this.#tokens.find((known) => known.token === credential)
    if (token) return asUser(token)
    const installation = this.#issued.get(credential)
    if (installation) return asInstallation(installation)
    if (this.trusting) return { ...ANONYMOUS, name: 'stranger' }
    if (credential.split('.').length === 3) return this.#identifyApp(credential, nowSeconds)
    throw new Refusal(401, 'Bad credentials')
  }

  knows(login: string): boolean {
    return this.#tokens.some((token) => token.login === login)
  }

  issueToken(installation: SeedInstallation): string {
    if (installation.suspended) throw new Refusal(403, 'This installation has been suspended')
    const token = `ghs_${randomBytes(18).toString('hex')}`
    this.#issued.set(token, installation)
    return token
  }

  #identifyApp(jwt: string, nowSeconds: number): Caller {
    const [head = '', payload = '', signature = ''] = jwt.split('.')
    const header = decodePart(head)
    const claims = decodePart(payload)
    const app = this.apps.find(({ appId }) => appId === String(claims.iss))
    if (!app || header.alg !== 'RS256') throw new Refusal(401, 'A JSON web token could not be decoded')
    checkTimes(claims, nowSeconds)
    const key = createPublicKey(app.publicKey)
    if (!verify('sha256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url')))
      throw new Refusal(401, 'A JSON web token could not be decoded')
    return { kind: 'app', name: `app ${app.appId}`, app, repositories: [] }
  }
}

function asUser({ token, login, repositories, writes = [], classic = false }: SeedToken): Caller {
  return { kind: 'user', name: `token ${token}`, login, repositories, writes, classic }
}

function asInstallation(installation: SeedInstallation): Caller {
  const { id, repositories, writes = [] } = installation
  return { kind: 'installation', name: `installation ${id}`, installation, repositories, writes }
}

function checkTimes({ exp, iat }: Record<string, unknown>, nowSeconds: number): void {
  if (typeof iat !== 'number' || iat > nowSeconds)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  if (typeof exp !== 'number' || exp <= nowSeconds)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  if (exp - nowSeconds > MAX_JWT_SECONDS)
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
}

function decodePart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown> // claims are checked one by one
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded')
  }
}
