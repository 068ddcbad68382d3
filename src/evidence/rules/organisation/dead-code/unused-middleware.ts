import type { Codebase } from '../../../codebase.ts'
import { ancestor, isClass, isFunction, type FunctionNode } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { hasName } from '../unused-members/names.ts'

/** Files of middleware whose functions no other file names. */
/** Middleware that no route and no other file uses, by the files it fills. */
export const unusedMiddleware = onceFor((codebase: Codebase): ReadonlyMap<string, Match> => {
  const found = new Map<string, Match>()
  for (const file of codebase.production) {
    if (
      !/(^|\/)(middlewares?|guards?|policies)\/[^/]+$/.test(file.path) ||
      /index\.[jt]s$/.test(file.path) ||
      codebase.project.manifests.length > 1
    )
      continue
    const functions = file.functions.filter(
      (node) => node.params.length >= 2 && codebase.web.handlers.has(node) && !ancestor(node, isFunction),
    )
    if (functions.length === 0 || functions.some((node) => isFoundByDecorator(node))) continue
    const used =
      codebase.web.routes.some((route) => route.chain.some((step) => step.functionFile === file)) ||
      codebase.web.uses.some((use) => use.steps.some((step) => step.functionFile === file))
    if (used) continue
    const stem = file.path.replace(/^.*\//, '').replace(/\.[cm]?[jt]s$/, '')
    const names = functions.flatMap((node) =>
      node.parent?.type === 'VariableDeclarator' && node.parent.id.type === 'Identifier'
        ? [node.parent.id.name]
        : (node.id?.name ?? []),
    )
    const mentioned = codebase.withTypes.some(
      (other) =>
        other !== file &&
        !isIndexBeside(file.path, other.path) &&
        [stem, ...names].some((name) => hasName(other, name)),
    )
    const first = functions[0]
    if (!mentioned && first && importedOnlyByIndexes(codebase, file.path))
      found.set(file.path, {
        file,
        node: first,
        line: lineOf(first, file),
        message: `No route uses the middleware of this file (${names.slice(0, 3).join(', ') || stem}).`,
      })
  }
  return found
})

function importedOnlyByIndexes(codebase: Codebase, path: string): boolean {
  return (codebase.modules.importersOf.get(path) ?? []).every((edge) => isIndexBeside(path, edge.from))
}

/** The list of what a folder holds; an index further up may start the server. */
function isIndexBeside(path: string, other: string): boolean {
  return (
    /^index\.[jt]s$/.test(other.slice(path.lastIndexOf('/') + 1)) &&
    other.startsWith(path.slice(0, path.lastIndexOf('/') + 1))
  )
}

/** `@Middleware({ type: 'before' }) class Compression`: the framework collects such classes itself. */
function isFoundByDecorator(node: FunctionNode): boolean {
  const holder = ancestor(node, isClass)
  return holder !== undefined && 'decorators' in holder && holder.decorators.length > 0
}
