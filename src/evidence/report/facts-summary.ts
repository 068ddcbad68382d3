import type { Codebase } from '../codebase.ts'
import { hasAuth, hasValidation } from '../facts/access-control.ts'
import type { ProjectFacts } from '../facts/project.ts'
import { summariseAsyncWork, type AsyncSummary } from './async-summary.ts'
import { summariseModules, type ModuleSummary } from './modules-summary.ts'

/** The facts of a project as plain data; a place is `path:line`, that of a model its path. */
export type FactsSummary = {
  project: Omit<ProjectFacts, 'manifests' | 'dependencies'> & { dependencies: number }
  routes: readonly {
    method: string
    path: string
    place: string
    chain: readonly string[]
    auth: boolean
    validation: boolean
  }[]
  queries: readonly { kind: string; model?: string; place: string; repeated: boolean }[]
  models: readonly { name: string; place: string; fields: readonly string[] }[]
  async: AsyncSummary
  modules: readonly ModuleSummary[]
  cycles: readonly (readonly string[])[]
  files: number
}

/** Facts as data without trees: what a report, a model or a picture needs. */
export function summariseFacts(codebase: Codebase): FactsSummary {
  const { manifests, dependencies, ...project } = codebase.project
  return {
    project: { ...project, dependencies: manifests.length === 0 ? 0 : dependencies.length },
    routes: codebase.web.routes.map((route) => ({
      method: route.method,
      path: route.path,
      place: `${route.file.path}:${route.line}`,
      chain: route.chain.map((step) => step.name),
      auth: hasAuth(route),
      validation: hasValidation(route),
    })),
    queries: codebase.queries.map((query) => ({
      kind: query.kind,
      ...(query.model === undefined ? {} : { model: query.model }),
      place: `${query.file.path}:${query.line}`,
      repeated: query.repeatedBy !== undefined,
    })),
    models: codebase.entities.map((entity) => ({
      name: entity.name,
      place: entity.file.path,
      fields: entity.fields.map((field) => field.name),
    })),
    async: summariseAsyncWork(codebase.asyncWork),
    modules: summariseModules(codebase),
    cycles: codebase.modules.cycles,
    files: codebase.sources.size,
  }
}
