import { classifyFile } from '../evidence/parse/classify.ts'

/** The paths that hold code of the service itself, read or not: no tests, tools, examples or copies of other people's code. */
export function productionPaths(paths: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  return paths.filter(
    (path) =>
      /\.[cm]?[jt]sx?$/.test(path) &&
      !/\.d\.[cm]?ts$/.test(path) &&
      /^(production|script|migration)$/.test(classifyFile(path, texts.get(path) ?? '')),
  )
}
