import { gzipSync } from 'node:zlib'
import { Recent } from '../lib/recent.ts'
import { type Advisory, readAdvisoryAnswer } from './advisories.ts'
import { chooseVersion } from './choose-version.ts'
import { type PackageFacts, readPackageDocument, readVersionDocument, type VersionFacts } from './package-facts.ts'
import { encodePackageName, isPackageName } from './package-name.ts'
import { type LineOptions, RegistryLine } from './registry-line.ts'
import { unanswered, type Unanswered } from './unanswered.ts'

export type PackageAnswer = { kind: 'found'; package: PackageFacts } | { kind: 'absent' } | Unanswered

export type VersionAnswer =
  | { kind: 'found'; version: string; facts: VersionFacts; latest?: string }
  | { kind: 'no-such-version'; latest?: string }
  | { kind: 'absent' }
  | Unanswered

export type AdvisoryAnswer = { kind: 'found'; advisories: ReadonlyMap<string, readonly Advisory[]> } | Unanswered

/** What a package registry knows. Every expected failure is a value; nothing rejects because a registry is away. */
export interface Registry {
  readonly host: string
  /** All versions of a package; `absent` when the registry has none under this name. */
  readPackage(name: string): Promise<PackageAnswer>
  /** The version that `name@range` installs today; `range` may be a tag such as `latest`. */
  findVersion(name: string, range: string): Promise<VersionAnswer>
  /** The advisories about these versions, by package; packages without one are not in the answer. */
  readAdvisories(versions: ReadonlyMap<string, readonly string[]>): Promise<AdvisoryAnswer>
}

export type RegistryOptions = LineOptions & {
  /** What is remembered of packages and advisories; default 500 answers for an hour. */
  cache?: { entries: number; ttlMs: number }
}

const abbreviated = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8'
const maxPackageBytes = 24_000_000
const maxVersionBytes = 2_000_000
const maxAdvisoryBytes = 8_000_000
const packagesPerQuestion = 200

/** Opens a client of an npm registry; it sends no credentials and asks nothing until it is asked. */
export function createRegistry(options: RegistryOptions): Registry {
  return new NpmRegistry(options)
}

type Kept = { until: number; answer: Promise<unknown> }

class NpmRegistry implements Registry {
  readonly host: string
  readonly #line: RegistryLine
  readonly #now: () => number
  readonly #ttlMs: number
  readonly #kept: Recent<Kept>

  constructor({ cache = { entries: 500, ttlMs: 3_600_000 }, ...line }: RegistryOptions) {
    this.#line = new RegistryLine(line)
    this.host = this.#line.host
    this.#now = line.now
    this.#ttlMs = cache.ttlMs
    this.#kept = new Recent(cache.entries)
  }

  readPackage(name: string): Promise<PackageAnswer> {
    if (!isPackageName(name)) return Promise.resolve({ kind: 'absent' })
    return this.#remember(`package ${name}`, () => this.#askPackage(name))
  }

  async findVersion(name: string, range: string): Promise<VersionAnswer> {
    const answer = await this.readPackage(name)
    if (answer.kind !== 'found') return answer
    const { latest } = answer.package.tags
    const version = chooseVersion(answer.package, range)
    const facts = version === undefined ? undefined : answer.package.versions.get(version)
    if (version !== undefined && facts)
      return { kind: 'found', version, facts, ...(latest === undefined ? {} : { latest }) }
    if (!answer.package.complete) return this.#askVersion(name, range, latest)
    return { kind: 'no-such-version', ...(latest === undefined ? {} : { latest }) }
  }

  async readAdvisories(versions: ReadonlyMap<string, readonly string[]>): Promise<AdvisoryAnswer> {
    const asked = [...versions].filter(([name, list]) => isPackageName(name) && list.length > 0)
    const advisories = new Map<string, readonly Advisory[]>()
    for (let from = 0; from < asked.length; from += packagesPerQuestion) {
      const question = JSON.stringify(Object.fromEntries(asked.slice(from, from + packagesPerQuestion)))
      const answer = await this.#remember(`advisories ${question}`, () => this.#askAdvisories(question))
      if (answer.kind !== 'found') return answer
      for (const [name, list] of answer.advisories) advisories.set(name, list)
    }
    return { kind: 'found', advisories }
  }

  async #askPackage(name: string): Promise<PackageAnswer> {
    const path = encodePackageName(name)
    const answer = await this.#line.ask({ path, accept: abbreviated, maxBytes: maxPackageBytes })
    if (answer.kind === 'unanswered' && answer.why === 'too-large') return this.#askLatest(name)
    if (answer.kind !== 'json') return answer
    const facts = readPackageDocument(name, answer.value)
    if (!facts) return unanswered(this.#line.host, 'unreadable')
    return facts.versions.size === 0 ? { kind: 'absent' } : { kind: 'found', package: facts }
  }

  /** The document of one version is small when that of all versions is too large to read. */
  async #askLatest(name: string): Promise<PackageAnswer> {
    const found = await this.#askVersion(name, 'latest', undefined)
    if (found.kind === 'no-such-version') return unanswered(this.#line.host, 'too-large')
    if (found.kind !== 'found') return found
    const versions = new Map([[found.version, found.facts]])
    return { kind: 'found', package: { name, tags: { latest: found.version }, versions, complete: false } }
  }

  async #askVersion(name: string, version: string, latest: string | undefined): Promise<VersionAnswer> {
    if (!/^[\w.+-]+$/.test(version)) return unanswered(this.#line.host, 'too-large')
    const path = `${encodePackageName(name)}/${encodeURIComponent(version)}`
    const answer = await this.#line.ask({ path, maxBytes: maxVersionBytes })
    const known = latest === undefined ? {} : { latest }
    if (answer.kind === 'absent') return { kind: 'no-such-version', ...known }
    if (answer.kind !== 'json') return answer
    const found = readVersionDocument(answer.value)
    return found ? { kind: 'found', ...found, ...known } : unanswered(this.#line.host, 'unreadable')
  }

  async #askAdvisories(question: string): Promise<AdvisoryAnswer> {
    const path = '-/npm/v1/security/advisories/bulk'
    const post = { body: gzipSync(question), encoding: 'gzip' } as const
    const answer = await this.#line.ask({ path, post, maxBytes: maxAdvisoryBytes })
    if (answer.kind === 'absent') return unanswered(this.#line.host, 'not-offered')
    if (answer.kind !== 'json') return answer
    const advisories = readAdvisoryAnswer(answer.value)
    return advisories ? { kind: 'found', advisories } : unanswered(this.#line.host, 'unreadable')
  }

  /** One question at a time for each key; what stayed unanswered is asked again the next time. */
  async #remember<T extends { kind: string }>(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    // The key begins with the kind of question, so what is kept under it has the type of its answer.
    if (kept && kept.until > this.#now()) return kept.answer as Promise<T>
    const entry: Kept & { answer: Promise<T> } = { until: this.#now() + this.#ttlMs, answer: ask() }
    this.#kept.set(key, entry)
    const answer = await entry.answer
    if (answer.kind === 'unanswered') entry.until = 0
    return answer
  }
}
