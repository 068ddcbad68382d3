import type { SourceFile } from '../parse/source-file.ts'
import { resolveImport } from './module-paths.ts'
import type { Modules } from './modules.ts'

/** What imports lead to, and which files can export a name; remembers what it was asked. */
export class ModuleLinks {
  readonly #modules: Modules
  readonly #resolved = new Map<SourceFile, Map<string, string | undefined>>()
  readonly #names = new Map<string, ReadonlySet<string> | undefined>()

  constructor(modules: Modules) {
    this.#modules = modules
  }

  /** The path of the project's file that an import leads to. */
  pathOf(source: string, file: SourceFile): string | undefined {
    const path = resolveImport(this.#modules.paths, file.path, source)
    const known = this.#resolved.get(file)
    if (known) known.set(source, path)
    else this.#resolved.set(file, new Map([[source, path]]))
    return path
  }

  /** Barrels re-export hundreds of files: those that cannot have the name need not be asked. */
  mayExport(path: string, name: string): boolean {
    return this.#namesOf(path)?.has(name) ?? true
  }

  /** Takes over what an earlier state was asked; gives the files of which an import leads elsewhere now. */
  takeOver(before: ModuleLinks, isChanged: (file: SourceFile) => boolean): SourceFile[] {
    const arePathsSame = this.#modules.paths === before.#modules.paths
    const elsewhere: SourceFile[] = []
    for (const [file, known] of before.#resolved) {
      if (isChanged(file)) continue
      const isSame =
        arePathsSame ||
        known.entries().every(([source, path]) => resolveImport(this.#modules.paths, file.path, source) === path)
      if (isSame) this.#resolved.set(file, known)
      else elsewhere.push(file)
    }
    return elsewhere
  }

  /** The names a file exports, its own and passed on; nothing where only running it tells, or files pass on each other. */
  #namesOf(path: string): ReadonlySet<string> | undefined {
    if (this.#names.has(path)) return this.#names.get(path)
    this.#names.set(path, undefined)
    const table = this.#modules.exportsOf.get(path)
    const passed = table?.stars.map((star) => this.#namesOf(star)) ?? []
    if (table?.whole || passed.includes(undefined)) return undefined
    const names = new Set([...(table?.named.keys() ?? []), ...passed.flatMap((some) => [...(some ?? [])])])
    this.#names.set(path, names)
    return names
  }
}
