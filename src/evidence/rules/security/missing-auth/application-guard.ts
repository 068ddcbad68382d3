import type { Codebase } from '../../../codebase.ts'
import { isAuthStep } from '../../../facts/access-control.ts'
import { folderOf } from '../../../facts/module-paths.ts'
import type { Step } from '../../../facts/steps.ts'
import type { Route } from '../../../facts/web.ts'
import { contains } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'

/** Nothing shows where its router is mounted, and the application above it asks every caller. */
export function isShutByApplication(route: Route, codebase: Codebase): boolean {
  const { askingFolders, placed } = onApplications(codebase)
  return !placed.has(route.app) && askingFolders.some((folder) => route.file.path.startsWith(folder))
}

const onApplications = onceFor((codebase: Codebase) => {
  const { routes, servers, uses } = codebase.web
  const routers = new Set(routes.map(({ app }) => app))
  const applications = new Set(servers.map(({ node }) => node))
  const asking = uses.filter(
    ({ app, path, steps }) =>
      path === undefined &&
      applications.has(app) &&
      steps.some(
        (step) =>
          step.function &&
          !(step.identity && routers.has(step.identity)) &&
          !holdsRoutes(step, routes) &&
          isAuthStep(step),
      ),
  )
  const mounted = uses.flatMap(({ steps }) => steps.flatMap(({ identity }) => identity ?? []))
  return {
    askingFolders: [...new Set(asking.map(({ file }) => folderOf(file.path)))],
    placed: new Set([...applications, ...mounted]),
  }
})

/** `app.register(authRoutes)`: what declares routes is no guard, whatever it is called. */
function holdsRoutes({ function: node, functionFile }: Step, routes: readonly Route[]): boolean {
  return node !== undefined && routes.some(({ file, node: route }) => file === functionFile && contains(node, route))
}
