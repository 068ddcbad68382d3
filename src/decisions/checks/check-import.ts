import { folderOf, joinPath } from '../../evidence/facts/module-paths.ts'
import type { AssertionOf } from './assertion.ts'
import { broken, type CheckOutcome, holds, type Place, unknown } from './outcome.ts'
import { matchGlobs } from './path-globs.ts'
import { quoteLine } from './quote-line.ts'
import { type ReadCode, whyNotParsed } from './read-code.ts'

type Edge = ReadCode['facts']['imports'][number]

/**
 * Forbidden: no file on the left imports one on the right, not even for a type. Required: every file on the left imports
 * at least one on the right.
 */
export function checkImport({ from, to, state }: AssertionOf<'import'>, code: ReadCode): CheckOutcome {
  const isFrom = matchGlobs(from)
  const isTo = matchGlobs(to)
  const files = code.facts.parsed.filter(isFrom)
  const edges = code.facts.imports.filter((edge) => isFrom(edge.from))
  const places = state === 'forbidden' ? findForbidden(code, edges, isTo) : findLacking(code, files, edges, isTo)
  if (places.length > 0) return broken(places)
  const reason = whyNotParsed(code, from) ?? whyUnresolved(code, edges, { isFrom, isTo, state })
  if (reason) return unknown(reason)
  return files.length > 0 ? holds : unknown(`no source file matches ${from.join(' ')}`)
}

type Matches = (path: string) => boolean

function findForbidden(code: ReadCode, edges: readonly Edge[], isTo: Matches): Place[] {
  return edges
    .filter((edge) => leadsTo(edge, isTo))
    .map(({ from, line, specifier }) => ({
      path: from,
      line,
      quote: quoteLine(from, code.texts.get(from) ?? '', line),
      says: `it imports ${specifier}`,
    }))
}

/** Files that import nothing on the right, as far as that is certain. */
function findLacking(code: ReadCode, files: readonly string[], edges: readonly Edge[], isTo: Matches): Place[] {
  const satisfied = new Set(edges.filter((edge) => leadsTo(edge, isTo)).map(({ from }) => from))
  const unclear = new Set([
    ...edges.filter(isUnresolved).map(({ from }) => from),
    ...code.facts.computedImports.map(({ path }) => path),
    ...code.facts.notParsed.map(({ path }) => path),
  ])
  return files
    .filter((path) => !satisfied.has(path) && !unclear.has(path))
    .map((path) => ({ path, quote: '', says: 'it does not import what it must' }))
}

function whyUnresolved(
  { facts }: ReadCode,
  edges: readonly Edge[],
  { isFrom, isTo, state }: { isFrom: Matches; isTo: Matches; state: 'forbidden' | 'required' },
): string | undefined {
  const enough = state === 'required' ? edges.filter((edge) => leadsTo(edge, isTo)) : []
  const satisfied = new Set(enough.map(({ from }) => from))
  const open = edges.find((edge) => isUnresolved(edge) && !satisfied.has(edge.from))
  if (open) return `${open.from}:${open.line} imports ${open.specifier}, which was not found`
  const computed = facts.computedImports.find(({ path }) => isFrom(path) && !satisfied.has(path))
  return computed && `${computed.path}:${computed.line} imports a path that is worked out when it runs`
}

/** An import that must lead to a file of the repository, none of which was found: not a package. */
function isUnresolved({ to, specifier }: Edge): boolean {
  return to === undefined && /^([.#~]|@\/)/.test(specifier) && !/\.(json|node|css|graphql|sql)$/.test(specifier)
}

/** Where no file was read, a relative import still says where it leads. */
function leadsTo({ from, to, specifier }: Edge, isTo: Matches): boolean {
  const target = to ?? (specifier.startsWith('.') ? joinPath(folderOf(from), specifier) : undefined)
  return target !== undefined && isTo(target)
}
