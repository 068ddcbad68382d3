import type { Codebase } from '../../codebase.ts'
import { nodeOfImport } from '../../facts/imports.ts'
import { importsOnlyTypes } from '../../facts/type-imports.ts'
import { pathOf } from '../../parse/ast.ts'
import { onceFor } from '../../parse/once.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const layers: readonly [string, RegExp, number][] = [
  ['route', /(^|\/)(routes?|routers?)\//i, 4],
  ['controller', /(^|\/)controllers?\//i, 3],
  ['service', /(^|\/)(services?|use-?cases?)\//i, 2],
  ['model', /(^|\/)(models?|entities|repositor(y|ies)|dao|data)\//i, 1],
]

export const layering: Rule = {
  id: 'layering',
  category: 'layering',
  severity: 'low',
  confidence: 'medium',
  title: 'A lower part imports a higher one, or a route does the work of the data layer',
  why: 'The folders say which part may know which; where the code does otherwise, changing one part breaks the other.',
  effects: { maintenance: 'Rules are in several places, and nothing can be tested alone.' },
  fix: {
    say: 'Let the upper part call the lower one and pass what it needs.',
    code: {
      any: "// routes/orders.js\nrouter.get('/orders', async (req, res) => res.json(await orders.list(req.user)))",
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1057.html'],
  *find(codebase) {
    // A habit of the whole project is one finding.
    for (const [first, ...rest] of Map.groupBy(upwardImports(codebase), ({ pair }) => pair).values()) {
      if (first)
        yield { ...first.match, also: rest.map(({ match }) => ({ path: match.file.path, line: match.line ?? 1 })) }
    }
    yield* queriesInRoutes(codebase)
    yield* queriesBesideRepositories(codebase)
  },
}

function* upwardImports(codebase: Codebase): Iterable<{ pair: string; match: Match }> {
  const known = layersByPath(codebase.paths)
  for (const edge of codebase.modules.imports) {
    const file = codebase.sources.get(edge.from)
    if (edge.to === undefined || edge.typeOnly || file?.kind !== 'production') continue
    const [from, to] = [known.get(edge.from), known.get(edge.to)]
    if (!from || !to || from.level >= to.level) continue
    if (/(^|\/)(app|server|web|index|main|bootstrap)\.[cm]?[jt]s$/.test(edge.from) || helps.test(edge.to)) continue
    const node = nodeOfImport(edge, file).node
    if (importsOnlyTypes(edge, file)) continue
    const match = {
      file,
      ...(node ? { node } : {}),
      line: edge.line,
      message: `A ${from.name} imports a ${to.name} (${edge.to}).`,
    }
    yield { pair: `${from.name} ${to.name}`, match }
  }
}

/** What every layer may use, wherever it lies. */
const helps =
  /(error|util|constant|helper|log|logger|date|event|config|protected_session|i18n)s?(\.service)?\.[cm]?[jt]s$/i

const layersByPath = onceFor((paths: readonly string[]) => new Map(paths.map((path) => [path, layerOf(path)])))

function layerOf(path: string): { name: string; level: number } | undefined {
  const found = layers.find(([, pattern]) => pattern.test(path))
  return found && { name: found[0], level: found[2] }
}

/** Routes that write SQL although the project has a data layer with queries of its own. */
function* queriesInRoutes(codebase: Codebase): Iterable<Match> {
  const raw = codebase.queries.filter(
    (query) => query.kind === 'raw' && query.method !== 'literal' && query.file.kind === 'production',
  )
  const inData = raw.filter((query) => (layerOf(query.file.path)?.level ?? 9) <= 2)
  if (inData.length < 3) return
  const seen = new Set<string>()
  for (const query of raw) {
    if ((layerOf(query.file.path)?.level ?? 0) < 3 || seen.has(query.file.path)) continue
    seen.add(query.file.path)
    yield {
      file: query.file,
      node: query.call,
      line: lineOf(query.call, query.file),
      message: 'This route writes SQL although the project has a data layer.',
    }
  }
}

/** Controllers and routes that ask the database themselves although repositories are there for it. */
function* queriesBesideRepositories(codebase: Codebase): Iterable<Match> {
  const asking = codebase.queries.filter(
    ({ file, kind, call }) => file.kind === 'production' && kind !== 'raw' && !throughOthers.test(pathOf(call.callee)),
  )
  const kept = new Set(asking.filter(({ file }) => repositories.test(file.path)).map(({ file }) => file))
  const above = asking.filter(({ file }) => answers.test(file.path) && !repositories.test(file.path))
  const [first, ...rest] = above
  // Where most controllers do, repositories are not the rule.
  if (!first || kept.size < 3 || new Set(above.map(({ file }) => file)).size > kept.size) return
  yield {
    file: first.file,
    node: first.call,
    also: rest.slice(0, 20).map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) })),
    message: 'This controller asks the database itself although the project has repositories.',
  }
}

const throughOthers = /repo|service|dao|usecase/i
const repositories = /(^|\/)(repositor(y|ies)|dao)\/|\.(repo|repository|dao)\.[cm]?[jt]s$/i
/** By its folder, or by the end of its name. */
const answers = /(^|\/)(routes?|routers?|controllers?)\/|\.(routes?|router|controller)\.[cm]?[jt]s$/i
