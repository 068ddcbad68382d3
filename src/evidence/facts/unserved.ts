import type { Codebase } from '../codebase.ts'
import { isFunction, literalText, pathOf } from '../parse/ast.ts'
import { once, onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { requiresIn } from './imports.ts'
import type { Route } from './web.ts'

/**
 * The files of routers that nobody imports, with their routes, where most routers are imported: what such a router
 * holds answers nobody.
 */
export const unservedRouters = onceFor((codebase: Codebase): ReadonlyMap<string, readonly Route[]> => {
  const { web, modules, project, production } = codebase
  if (production.some(importsByName)) return new Map()
  const routers = Map.groupBy(web.routes.filter(isOfRouter), ({ file }) => file.path)
  const starts = new Set([...project.entryPoints, ...web.servers.map(({ file }) => file.path)])
  const left = [...routers].filter(([path]) => !modules.importersOf.has(path) && !starts.has(path))
  return new Map(2 * left.length < routers.size ? left : [])
})

/** Files that are one handler each and that nobody imports, where most such files are imported. */
export const unservedHandlers = onceFor((codebase: Codebase): readonly SourceFile[] => {
  const { modules, project, production } = codebase
  if (production.some(importsByName)) return []
  const alone = production.filter((file) => isOneHandler(file, codebase))
  const isLeft = ({ path }: SourceFile) =>
    !project.entryPoints.includes(path) &&
    (modules.importersOf.get(path) ?? []).every(({ from }) => codebase.sources.get(from)?.kind === 'test')
  const left = alone.filter(isLeft)
  return 2 * left.length < alone.length ? left : []
})

function isOneHandler({ path }: SourceFile, { modules, web }: Codebase): boolean {
  const whole = modules.exportsOf.get(path)?.whole?.node
  return isFunction(whole) && web.handlers.get(whole)?.response !== undefined
}

/** The paths of those routers and handlers, and of what nothing but them imports. */
export const unservedFiles = onceFor((codebase: Codebase): ReadonlySet<string> => {
  const { importersOf, importsOf } = codebase.modules
  const unserved = new Set([...unservedRouters(codebase).keys(), ...unservedHandlers(codebase).map(({ path }) => path)])
  // A set is gone through to its end while it grows.
  for (const path of unserved)
    for (const { to } of importsOf.get(path) ?? [])
      if (to !== undefined && importersOf.get(to)?.every(({ from }) => unserved.has(from))) unserved.add(to)
  return unserved
})

/** `require(file)`: what it loads stands in no import. */
const importsByName = once(
  (file: SourceFile) =>
    requiresIn(file).some(({ arguments: [name] }) => literalText(name) === undefined) ||
    file.dynamicImports.some(({ source }) => literalText(source) === undefined),
)

/** A router of Express, Koa or Hono’s making, which somebody else must mount. */
function isOfRouter({ app }: Route): boolean {
  return (app.type === 'CallExpression' || app.type === 'NewExpression') && pathOf(app.callee).endsWith('Router')
}
