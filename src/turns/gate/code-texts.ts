import { maskSecrets } from '../../evidence/mask-secrets.ts'
import type { CodeHost } from '../code-host.ts'
import type { OpenRepository } from '../open-code.ts'
import { waitBriefly } from './wait-briefly.ts'

export type CodeFile = { kind: 'text'; text: string } | { kind: 'folder' } | { kind: 'missing' } | { kind: 'unread' }

const readLimitMs = 3_000

/** The code that one answer may speak of: the open repositories, each at its commit, and what was read of them. */
export class CodeTexts {
  readonly repositories: readonly OpenRepository[]
  readonly #host: CodeHost
  readonly #signal: AbortSignal
  readonly #read = new Map<string, Promise<CodeFile>>()
  readonly #texts: Map<string, Map<string, string>>
  readonly #paths: readonly { repository: OpenRepository; paths: ReadonlySet<string> }[]

  /** `known` holds texts by path by repository. */
  constructor(
    host: CodeHost,
    repositories: readonly OpenRepository[],
    known: ReadonlyMap<string, ReadonlyMap<string, string>>,
    signal: AbortSignal,
  ) {
    this.#host = host
    this.repositories = repositories
    this.#signal = signal
    this.#paths = repositories.map((repository) => ({
      repository,
      paths: new Set(repository.files.map((file) => file.path)),
    }))
    this.#texts = new Map(repositories.map(({ fullName }) => [fullName, new Map(known.get(fullName))]))
  }

  get host(): CodeHost {
    return this.#host
  }

  /** Everything of a repository that was read so far, by path; what only the rules read is as it stands. */
  textsOf({ fullName }: OpenRepository): ReadonlyMap<string, string> {
    return this.#texts.get(fullName) ?? new Map()
  }

  /** Keeps a text that was read elsewhere. */
  note(fullName: string, path: string, text: string): void {
    this.#texts.get(fullName)?.set(path, text)
  }

  /** The file at a path as it was shown, secrets masked; `unread` when it is no text or cannot be had within three seconds. */
  read(repository: OpenRepository, path: string): Promise<CodeFile> {
    const known = this.#texts.get(repository.fullName)?.get(path)
    if (known !== undefined) return Promise.resolve({ kind: 'text', text: maskSecrets(path, known) })
    const key = `${repository.fullName} ${path}`
    const reading = this.#read.get(key) ?? this.#ask(repository, path)
    this.#read.set(key, reading)
    return reading
  }

  /** The files that a path may mean: that very one, or those that end so, as people write them. */
  find(path: string): { repository: OpenRepository; path: string }[] {
    const plain = path.replace(/^\.\//, '')
    return this.#paths.flatMap(({ repository, paths }) => {
      const found = paths.has(plain) ? [plain] : [...paths].filter((each) => each.endsWith(`/${plain}`)).slice(0, 5)
      return found.map((each) => ({ repository, path: each }))
    })
  }

  async #ask({ fullName, pin }: OpenRepository, path: string): Promise<CodeFile> {
    const asked = this.#host.readFile(pin, path, { signal: this.#signal })
    const found = await waitBriefly(asked, readLimitMs, this.#signal)
    if (found?.ok) this.note(fullName, path, found.value.text)
    if (found?.ok) return { kind: 'text', text: found.value.text }
    if (found?.problem.kind === 'directory') return { kind: 'folder' }
    return { kind: found?.problem.kind === 'missing' ? 'missing' : 'unread' }
  }
}
