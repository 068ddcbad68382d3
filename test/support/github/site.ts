import type { Accounts, Caller } from './accounts.ts'
import type { RateLimits } from './rate-limits.ts'
import { notFound, Refusal } from './reply.ts'
import { Repository } from './repository.ts'
import type { SeedRepository } from './seed.ts'

type Setup = {
  accounts: Accounts
  rates: RateLimits
  treeLimit: number
  webUrl: string
  seeds: readonly SeedRepository[]
}

/** Everything the routes read: repositories by name, who may read them, and how this GitHub is called. */
export class Site {
  readonly accounts: Accounts
  readonly rates: RateLimits
  /** Entries after which a recursive tree is truncated. */
  readonly treeLimit: number
  readonly webUrl: string
  /** The API's own address, known once the server listens. */
  apiUrl = ''
  /** Archives that replace the honest ones, by full name. */
  readonly archives = new Map<string, Buffer>()
  readonly #repositories = new Map<string, Repository>()

  constructor({ accounts, rates, treeLimit, webUrl, seeds }: Setup) {
    this.accounts = accounts
    this.rates = rates
    this.treeLimit = treeLimit
    this.webUrl = webUrl
    for (const seed of seeds) this.add(seed)
  }

  add(seed: SeedRepository): Repository {
    const origin = seed.forkOf ? this.named(seed.forkOf) : undefined
    const repository = new Repository(seed, 1000 + this.#repositories.size, origin)
    this.#repositories.set(repository.fullName.toLowerCase(), repository)
    return repository
  }

  /** Gives a repository another name; its former one answers 301 until another repository takes it. */
  rename(fullName: string, to: { owner: string; name: string }): void {
    const repository = this.named(fullName)
    this.#repositories.delete(fullName.toLowerCase())
    repository.seed = { ...repository.seed, ...to, formerNames: [...(repository.seed.formerNames ?? []), fullName] }
    this.#repositories.set(repository.fullName.toLowerCase(), repository)
  }

  /** The repository of this name; throws when the seed has none. */
  named(fullName: string): Repository {
    const found = this.#repositories.get(fullName.toLowerCase())
    if (!found) throw new Error(`No repository ${fullName} was seeded`)
    return found
  }

  knows(owner: string, name: string): boolean {
    return this.#repositories.has(`${owner}/${name}`.toLowerCase()) || this.#renamed(owner, name) !== undefined
  }

  /** The repository a caller may read; 301 for a former name, 404 for what is missing and what is forbidden alike. */
  open(caller: Caller, { owner = '', repo = '' }: Readonly<Record<string, string>>, path: string): Repository {
    const found = this.#repositories.get(`${owner}/${repo}`.toLowerCase())
    const moved = found ? undefined : this.#renamed(owner, repo)
    if (moved && this.#mayRead(caller, moved)) throw this.#movedTo(moved, path)
    if (!found || !this.#mayRead(caller, found)) throw notFound()
    return found
  }

  /** A path that names a repository by its id, as redirects do, rewritten to name it by its name. */
  nameById(caller: Caller, path: string): string {
    const [, kind, id, ...rest] = path.split('/')
    if (kind !== 'repositories') return path
    const found = [...this.#repositories.values()].find((repository) => repository.id === Number(id))
    if (!found || !this.#mayRead(caller, found)) throw notFound()
    return ['/repos', found.fullName, ...rest].join('/')
  }

  /** The repository in the same fork network that an owner has. */
  inNetwork(of: Repository, owner: string): Repository {
    const found = [...this.#repositories.values()].find(
      ({ seed, store }) => seed.owner.toLowerCase() === owner.toLowerCase() && store === of.store,
    )
    if (!found) throw notFound()
    return found
  }

  #renamed(owner: string, name: string): Repository | undefined {
    const former = `${owner}/${name}`.toLowerCase()
    return [...this.#repositories.values()].find(({ seed }) =>
      seed.formerNames?.some((fullName) => fullName.toLowerCase() === former),
    )
  }

  #mayRead(caller: Caller, repository: Repository): boolean {
    return !repository.seed.private || caller.repositories.includes(repository.fullName)
  }

  #movedTo(repository: Repository, path: string): Refusal {
    const rest = path
      .split('/')
      .slice(4)
      .map((segment) => `/${segment}`)
      .join('')
    return new Refusal(301, 'Moved Permanently', { location: `${this.apiUrl}/repositories/${repository.id}${rest}` })
  }
}
