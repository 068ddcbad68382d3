/** A repository as GitHub answered: its id stays when its name changes. Names as `owner/name`. */
export interface MetRepository {
  id: number
  fullName: string
  askedFor: string
}

/** `changed` when a name stands for another repository than before; `displaced` are those that lost theirs. */
export interface NameChange {
  changed: boolean
  displaced: readonly number[]
}

/** Keeps what is known of repositories under their present names. */
export interface NameKeeper {
  /** Resolves when all that is kept of this repository goes by its present name, and nothing of another one does. */
  meet(repository: MetRepository): Promise<NameChange>
}
