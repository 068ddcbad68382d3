import type { Codebase } from '../../codebase.ts'
import type { Match } from '../rule.ts'

/** The line of a package.json on which a key stands, 1 when it does not. */
export function keyLine(codebase: Codebase, path: string, key: string, section = ''): number {
  const rows = (codebase.texts.get(path) ?? '').split('\n')
  const from = section
    ? Math.max(
        0,
        rows.findIndex((row) => row.includes(`"${section}"`)),
      )
    : 0
  const found = rows.findIndex((row, index) => index >= from && row.trimStart().startsWith(`"${key}"`))
  return found < 0 ? 1 : found + 1
}

/** The line on which a dependency is declared. */
export function dependencyLine(codebase: Codebase, path: string, name: string, dev: boolean): number {
  const own = keyLine(codebase, path, name, dev ? 'devDependencies' : 'dependencies')
  return own > 1 ? own : keyLine(codebase, path, name)
}

/** One match for what several package.json files have in common, with the other places listed. */
export function oncePerMessage(matches: readonly Match[]): Match[] {
  return [...Map.groupBy(matches, ({ message }) => message).values()].flatMap(([first, ...others]) => {
    if (!first) return []
    return [{ ...first, also: others.map(({ file, line = 1 }) => ({ path: file.path, line })) }]
  })
}
