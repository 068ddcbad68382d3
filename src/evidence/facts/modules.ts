import type { SourceFile } from '../parse/source-file.ts'
import { exportsIn, type ModuleExports } from './exports.ts'
import { findCycles } from './import-cycles.ts'
import { writtenImports, type ImportEdge } from './imports.ts'
import { readModulePaths, resolveImport, type ModulePaths } from './module-paths.ts'

export type Modules = {
  paths: ModulePaths
  imports: readonly ImportEdge[]
  importsOf: ReadonlyMap<string, readonly ImportEdge[]>
  importersOf: ReadonlyMap<string, readonly ImportEdge[]>
  exportsOf: ReadonlyMap<string, ModuleExports>
  cycles: readonly (readonly string[])[]
}

type Given = {
  sources: ReadonlyMap<string, SourceFile>
  files: ReadonlyMap<string, string>
  paths: readonly string[]
}
type Before = { modules: Modules; sources: ReadonlyMap<string, SourceFile> }

/** Builds the import graph, export tables and run-time import cycles of the parsed files; keeps what it can of `before`. */
export function readModules({ sources, files, paths: all }: Given, before?: Before): Modules {
  const paths = readModulePaths(files, all, before?.modules.paths)
  const known = before?.modules.paths === paths ? before : undefined
  const imports: ImportEdge[] = []
  const exportsOf = new Map<string, ModuleExports>()
  for (const file of sources.values()) {
    const same = known?.sources.get(file.path) === file ? known.modules : undefined
    for (const edge of same ? (same.importsOf.get(file.path) ?? []) : edgesOf(file, paths)) imports.push(edge)
    exportsOf.set(file.path, same?.exportsOf.get(file.path) ?? exportsIn(file, paths))
  }
  return {
    paths,
    imports,
    importsOf: Map.groupBy(imports, (edge) => edge.from),
    importersOf: Map.groupBy(
      imports.filter((edge) => edge.to !== undefined),
      (edge) => edge.to ?? '',
    ),
    exportsOf,
    cycles: findCycles(imports),
  }
}

function edgesOf(file: SourceFile, paths: ModulePaths): ImportEdge[] {
  return writtenImports(file).map((written) => {
    const to = resolveImport(paths, file.path, written.specifier)
    return { from: file.path, ...(to === undefined ? {} : { to }), ...written }
  })
}

/** Stands among names for what files pass on as a whole. */
export const passedOn = '*'

/** Names that files began or ceased to export, and `passedOn` where it is no longer the same that they pass on. */
export function* changedExports(before: Modules, after: Modules): Generator<string> {
  const starred = new Set([...before.exportsOf.values(), ...after.exportsOf.values()].flatMap(({ stars }) => stars))
  for (const path of new Set([...before.exportsOf.keys(), ...after.exportsOf.keys()])) {
    const [old, now] = [before.exportsOf.get(path), after.exportsOf.get(path)]
    if (old === now) continue
    if (old && now && String(old.stars) !== String(now.stars)) yield passedOn
    if (!starred.has(path)) continue
    if (!old?.whole !== !now?.whole) yield passedOn
    yield* new Set(old?.named.keys()).symmetricDifference(new Set(now?.named.keys()))
  }
}
