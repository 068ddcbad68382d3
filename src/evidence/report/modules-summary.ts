import type { Codebase } from '../codebase.ts'

/** A module of production code in the import graph. */
export type ModuleSummary = {
  path: string
  lines: number
  /** Files of the project that it loads when it runs, each once. */
  imports: readonly string[]
}

/** The import graph of what runs in production; imports of types alone are no edges, since they are gone when it runs. */
export function summariseModules({ withTypes, modules }: Codebase): ModuleSummary[] {
  const paths = new Set(withTypes.map(({ path }) => path))
  return withTypes.map(({ path, lineStarts }) => ({
    path,
    lines: lineStarts.length,
    imports: [
      ...new Set(
        (modules.importsOf.get(path) ?? []).flatMap(({ to, typeOnly }) =>
          to !== undefined && to !== path && !typeOnly && paths.has(to) ? [to] : [],
        ),
      ),
    ],
  }))
}
