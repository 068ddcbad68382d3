import type { Codebase } from '../codebase.ts'
import { onceFor } from '../parse/once.ts'

/** Files that are loaded as texts (`import code from './boot.js?raw'`), to run where no module can be imported. */
export const rawTexts = onceFor(({ modules, texts }: Codebase): ReadonlySet<string> => {
  const ends = modules.imports.flatMap(({ specifier }) => endOf(specifier) ?? [])
  if (ends.length === 0) return new Set()
  return new Set(
    [...texts.keys()].filter((path) =>
      ends.some((end) => [path, path.replace(/\.[cm]?[jt]s$/, '')].some((name) => `/${name}`.endsWith(`/${end}`))),
    ),
  )
})

/** The path that is asked for, without what stands before the first folder of a name. */
function endOf(specifier: string): string | undefined {
  const path = /^(?:raw-loader!)?([^?!]+)\?raw\b/.exec(specifier)?.[1] ?? /raw-loader!([^?!]+)$/.exec(specifier)?.[1]
  return path?.replace(/^((\.{1,2}|~|@)\/)+/, '')
}
