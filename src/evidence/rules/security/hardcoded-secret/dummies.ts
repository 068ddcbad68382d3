import type { Codebase } from '../../../codebase.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

const invented = /(^|[/._-])(dumm(y|ies)|(demo|fake|mock|sample|seed)[-_]?data)(?=[/._-])/i

/** Invented data that no program of the project takes in. */
export function isUnusedDummy({ path }: SourceFile, codebase: Codebase): boolean {
  return invented.test(path) && !isServed(path, codebase)
}

function isServed(path: string, { modules, web, project }: Codebase): boolean {
  const starts = new Set([...web.servers.map(({ file }) => file.path), ...project.entryPoints])
  const seen = new Set([path])
  for (const at of seen) {
    if (starts.has(at)) return true
    for (const { from } of modules.importersOf.get(at) ?? []) seen.add(from)
  }
  return false
}
