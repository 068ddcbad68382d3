import type { Codebase } from '../../codebase.ts'
import { findCycles } from '../../facts/import-cycles.ts'
import { nodeOfImport } from '../../facts/imports.ts'
import type { ImportEdge } from '../../facts/imports.ts'
import { importsOnlyTypes } from '../../facts/type-imports.ts'
import { contains, functionAround } from '../../parse/ast.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

export const importCycle: Rule = {
  id: 'import-cycle',
  category: 'import-cycle',
  severity: 'low',
  confidence: 'high',
  title: 'Modules import each other in a ring',
  why: 'Which one runs first depends on who is asked first; one of them sees the other half-made, as `undefined`.',
  effects: { maintenance: 'No part can be understood, tested or moved alone.' },
  fix: {
    say: 'Move what both need into a third module, or pass it in.',
    code: { any: '// order.ts imports invoice.ts; invoice.ts takes the order as a parameter' },
  },
  sources: ['https://nodejs.org/api/modules.html#cycles'],
  *find(codebase) {
    for (const ring of codebase.modules.cycles.flatMap((found) => runningRings(found, codebase))) {
      const production = ring.filter((path) => codebase.sources.get(path)?.kind === 'production')
      const edge = codebase.modules.importsOf
        .get(production[0] ?? '')
        ?.find((item) => item.to !== undefined && ring.includes(item.to) && !item.typeOnly && !item.lazy)
      const file = edge && codebase.sources.get(edge.from)
      if (production.length < 2 || !edge || !file || ring.length > 12) continue
      if (isEntityRing(production, codebase)) {
        yield* mutual(production, codebase)
        continue
      }
      const also = ring.slice(1, 8).map((path) => ({ path, line: 1 }))
      yield {
        file,
        ...nodeOfImport(edge, file),
        ...(isReadLater(ring, codebase) ? { severity: 'info' as const } : {}),
        also,
        message: `${ring.slice(0, 5).join(' → ')}${ring.length > 5 ? ' → …' : ''} → ${ring[0]}.`,
      }
    }
  },
}

/** Whichever runs first: ES modules are read only in functions, when all of them are there. */
function isReadLater(ring: readonly string[], codebase: Codebase): boolean {
  return ring.every((path) => {
    const file = codebase.sources.get(path)
    const edges = (codebase.modules.importsOf.get(path) ?? []).filter(
      ({ to, typeOnly, lazy }) => to !== undefined && ring.includes(to) && !typeOnly && !lazy,
    )
    return file !== undefined && edges.every((edge) => importsOnlyTypes(edge, file) || usesInFunctions(edge, file))
  })
}

function usesInFunctions({ start }: ImportEdge, file: SourceFile): boolean {
  const found = file.imports.find((node) => node.start === start)
  return (
    found !== undefined &&
    found.specifiers.length > 0 &&
    found.specifiers.every(({ local }) =>
      mentionsOf(local.name, file.program).every((use) => functionAround(use) !== undefined || contains(found, use)),
    )
  )
}

/** Pairs of entities: libraries resolve them when they are named in functions, so they are worth a word at most. */
function* mutual(ring: readonly string[], codebase: Codebase): Iterable<Match> {
  const seen = new Set<string>()
  const models = new Set(
    codebase.entities.filter(({ node }) => node?.type === 'ClassDeclaration').map(({ file }) => file.path),
  )
  const isModel = (path: string) => models.has(path) || codebase.texts.get(path)?.includes('GraphQLObjectType') === true
  for (const path of ring.filter(isModel)) {
    const file = codebase.sources.get(path)
    for (const edge of codebase.modules.importsOf.get(path) ?? []) {
      const back = codebase.modules.importsOf.get(edge.to ?? '')?.find(({ to, typeOnly }) => to === path && !typeOnly)
      if (
        !file ||
        !back ||
        edge.to === undefined ||
        edge.typeOnly ||
        importsOnlyTypes(edge, file) ||
        seen.size >= mostPairs
      )
        continue
      if (!isModel(edge.to)) continue
      const pair = [path, edge.to].toSorted().join(' ')
      if (seen.has(pair)) continue
      seen.add(pair)
      yield {
        file,
        ...nodeOfImport(edge, file),
        severity: 'info',
        also: [{ path: edge.to, line: back.line }],
        message: `${path} and ${edge.to} import each other: one of them is read while the other is not there yet.`,
      }
    }
  }
}

const mostPairs = 4

/** ORM entities and schemas name each other. */
function isEntityRing(paths: readonly string[], codebase: Codebase): boolean {
  return paths.every(
    (path) =>
      /entit|model|schema|\.type|\/types?\//i.test(path) ||
      codebase.sources.get(path)?.text.includes('@Entity(') === true,
  )
}

/** What is left of a ring without the imports that the compiler leaves out because they name only types. */
function runningRings(ring: readonly string[], codebase: Codebase): readonly (readonly string[])[] {
  const edges = ring.flatMap((path) =>
    (codebase.modules.importsOf.get(path) ?? []).filter((edge) => {
      const file = codebase.sources.get(path)
      return edge.to !== undefined && ring.includes(edge.to) && file !== undefined && !importsOnlyTypes(edge, file)
    }),
  )
  return findCycles(edges)
}
