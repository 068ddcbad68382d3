import { and, eq, inArray } from 'drizzle-orm'
import type { Database, Store } from '../db/open-store.ts'
import { httpCache, repositoryNames } from '../db/schema.ts'
import type { MetRepository, NameChange, NameKeeper } from '../github/name-keeper.ts'
import { listConcerned, noteName } from './repository-notes.ts'

/** Moves everything kept of a repository from one `owner/name` to another. */
export type MoveRepository = (tx: Database, from: string, to: string) => Promise<void>

interface Holder {
  id: number
  name: string
}

const unchanged: NameChange = { changed: false, displaced: [] }

/**
 * Keeps what is known of repositories under their present names, by the ids of one GitHub host. What is known of one that
 * lost its name to another is set aside, under a name that GitHub gives to nobody, until its id is met again.
 */
export class RepositoryNames implements NameKeeper {
  readonly #store: Store
  readonly #host: string
  readonly #move: () => Promise<MoveRepository>

  constructor({ store, host, move }: { store: Store; host: string; move: () => Promise<MoveRepository> }) {
    this.#store = store
    this.#host = host
    this.#move = move
  }

  async meet(repository: MetRepository): Promise<NameChange> {
    const { id, fullName, askedFor } = repository
    const name = fullName.toLowerCase()
    const known = await this.#nameOf(this.#store.read, id)
    const asked = askedFor.toLowerCase()
    if (known === name && asked === name) return unchanged
    if (known === undefined && asked === name && (await this.#listHolders(this.#store.read, [name])).length === 0) {
      await this.#store.write((tx) => this.#keep(tx, { id, name }))
      return unchanged
    }
    const move = await this.#move()
    return this.#store.write((tx) => this.#settle(tx, move, repository))
  }

  async #settle(tx: Database, move: MoveRepository, { id, fullName, askedFor }: MetRepository): Promise<NameChange> {
    const name = fullName.toLowerCase()
    const asked = askedFor.toLowerCase()
    const displaced = (await this.#listHolders(tx, [name, asked])).filter((holder) => holder.id !== id)
    for (const holder of displaced) await this.#setAside(tx, move, holder)
    const known = await this.#nameOf(tx, id)
    // What people typed by another name leads here as well.
    const others = new Set([known ?? name, asked].filter((other) => other !== name))
    for (const other of others) await carry(tx, move, other, fullName)
    await this.#keep(tx, { id, name })
    const changed = displaced.length > 0 || (known !== undefined && known !== name)
    // These answers are kept by name.
    if (changed) await tx.delete(httpCache)
    return { changed, displaced: displaced.map((holder) => holder.id) }
  }

  async #setAside(tx: Database, move: MoveRepository, { id, name }: Holder): Promise<void> {
    const aside = `${name}~${id}`
    const concerned = await listConcerned(tx, name)
    await move(tx, name, aside)
    await noteName(tx, concerned, { repository: name, formerly: name })
    await this.#keep(tx, { id, name: aside })
  }

  #listHolders(database: Database, names: string[]): Promise<Holder[]> {
    const { id, name, host } = repositoryNames
    return database
      .select({ id, name })
      .from(repositoryNames)
      .where(and(eq(host, this.#host), inArray(name, names)))
  }

  async #keep(tx: Database, { id, name }: Holder): Promise<void> {
    await tx
      .insert(repositoryNames)
      .values({ host: this.#host, id, name })
      .onConflictDoUpdate({ target: [repositoryNames.host, repositoryNames.id], set: { name } })
  }

  async #nameOf(database: Database, id: number): Promise<string | undefined> {
    const [row] = await database
      .select({ name: repositoryNames.name })
      .from(repositoryNames)
      .where(and(eq(repositoryNames.host, this.#host), eq(repositoryNames.id, id)))
    return row?.name
  }
}

async function carry(tx: Database, move: MoveRepository, from: string, to: string): Promise<void> {
  const concerned = await listConcerned(tx, from)
  await move(tx, from, to)
  await noteName(tx, concerned, { repository: to, formerly: from.replace(/~\d+$/, '') })
}
