import { classifyFile, type FileKind } from '../evidence/parse/classify.ts'

/** What each file of code is, by its path; read or not, and without declarations of types. */
export function kindsOfCode(
  files: readonly { path: string }[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, FileKind> {
  const code = files.filter(({ path }) => /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path))
  return new Map(code.map(({ path }) => [path, classifyFile(path, texts.get(path) ?? '')]))
}

/** Whether code is of the service itself: no tests, tools, examples or copies of other people's code. */
export function isOfService(kind: FileKind): boolean {
  return /^(production|script|migration)$/.test(kind)
}
