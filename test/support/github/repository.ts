import { GitStore } from './git-store.ts'
import type { FlatEntry } from './git-store.ts'
import type { SeedCommit, SeedFile, SeedPull, SeedRepository, SeedTag } from './seed.ts'

const EPOCH = Date.parse('2026-01-05T09:00:00Z')

/** One repository as git sees it, with its pull requests. */
export class Repository {
  seed: SeedRepository
  readonly id: number
  readonly store: GitStore
  defaultBranch: string
  /** Full ref names, such as refs/heads/main, to the sha of a commit or tag object. */
  readonly refs = new Map<string, string>()
  readonly pulls = new Map<number, SeedPull>()
  readonly #named = new Map<string, string>()

  constructor(seed: SeedRepository, id: number, origin: Repository | undefined) {
    this.seed = seed
    this.id = id
    this.store = origin?.store ?? new GitStore()
    this.defaultBranch = seed.defaultBranch ?? origin?.defaultBranch ?? 'main'
    for (const [ref, sha] of origin?.refs ?? []) if (!ref.startsWith('refs/pull/')) this.refs.set(ref, sha)
    for (const commit of seed.commits) this.commit(commit)
    for (const tag of seed.tags ?? []) this.#tag(tag)
    for (const pull of seed.pulls ?? []) this.pulls.set(pull.number, pull)
  }

  get fullName(): string {
    return `${this.seed.owner}/${this.seed.name}`
  }

  /** Adds a commit and moves its branch to it. */
  commit(seed: SeedCommit): string {
    const branch = seed.branch ?? this.defaultBranch
    const parents = this.#parentsOf(seed, branch)
    const files = this.store.filesOf(parents[0])
    for (const [path, file] of Object.entries(seed.files)) {
      if (file === null) files.delete(path)
      else files.set(path, this.#putFile(file))
    }
    const name = seed.author ?? 'Ada Example'
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
    const date = new Date(seed.date ?? EPOCH + this.store.commits.size * 3_600_000).toISOString()
    const message = seed.message
    const sha = this.store.putCommit({
      tree: this.store.putTree(files),
      parents,
      author: { name, email, date },
      message,
    })
    this.refs.set(`refs/heads/${branch}`, sha)
    if (seed.id) this.#named.set(seed.id, sha)
    return sha
  }

  /** The commit a branch, tag, full ref, or full or short sha stands for. */
  find(name: string): string | undefined {
    if (name === 'HEAD') return this.find(this.defaultBranch)
    const direct = [name, `refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`].map((ref) => this.refs.get(ref))
    const sha = direct.find(Boolean) ?? this.#expand(name)
    const tag = sha && this.store.tags.get(sha)
    return tag ? tag.object : sha
  }

  #expand(short: string): string | undefined {
    if (!/^[0-9a-f]{4,40}$/.test(short)) return undefined
    const found = [...this.store.commits.keys()].filter((sha) => sha.startsWith(short))
    return found.length === 1 ? found[0] : undefined
  }

  #parentsOf(seed: SeedCommit, branch: string): string[] {
    if (seed.parents) return seed.parents.map((name) => this.#mustFind(name))
    const tip = this.find(`refs/heads/${branch}`) ?? this.find(`refs/heads/${this.defaultBranch}`)
    return tip ? [tip] : []
  }

  #mustFind(name: string): string {
    const sha = this.#named.get(name) ?? this.find(name)
    if (!sha) throw new Error(`The seed of ${this.fullName} names ${name}, which is not there yet`)
    return sha
  }

  #putFile(file: SeedFile): FlatEntry {
    if (typeof file === 'string' || file instanceof Uint8Array) return { mode: '100644', sha: this.store.putBlob(file) }
    if ('symlink' in file) return { mode: '120000', sha: this.store.putBlob(file.symlink) }
    if ('submodule' in file) return { mode: '160000', sha: file.submodule }
    return { mode: file.executable ? '100755' : '100644', sha: this.store.putBlob(file.content) }
  }

  #tag({ name, at, message }: SeedTag): void {
    const object = this.#mustFind(at)
    const tagger = this.store.commits.get(object)?.author
    const annotated = message !== undefined && tagger
    this.refs.set(`refs/tags/${name}`, annotated ? this.store.putTag({ object, name, tagger, message }) : object)
  }
}
