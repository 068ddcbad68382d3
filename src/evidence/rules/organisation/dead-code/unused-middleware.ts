import type { Codebase } from '../../../codebase.ts'
import type { Step } from '../../../facts/steps.ts'
import { ancestor, isClass, isFunction, type FunctionNode } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { hasName } from '../unused-members/names.ts'

/** Middleware that no route and no other file uses, by the files it fills. */
export const unusedMiddleware = onceFor((codebase: Codebase): ReadonlyMap<string, Match> => {
  const found = new Map<string, Match>()
  if (codebase.project.manifests.length > 1) return found
  for (const file of codebase.production) {
    const functions = middlewareIn(file, codebase)
    const [first] = functions
    if (!first || functions.some(isFoundByDecorator) || isStep(file, codebase)) continue
    const names = functions.flatMap(nameOf)
    const stem = file.path.replace(/^.*\//, '').replace(/\.[cm]?[jt]s$/, '')
    if (isNamedElsewhere(file, [stem, ...names], codebase) || !importedOnlyByIndexes(codebase, file.path)) continue
    const message = `No route uses the middleware of this file (${names.slice(0, 3).join(', ') || stem}).`
    found.set(file.path, { file, node: first, line: lineOf(first, file), message })
  }
  return found
})

function middlewareIn(file: SourceFile, { web }: Codebase): FunctionNode[] {
  if (!/(^|\/)(middlewares?|guards?|policies)\/[^/]+$/.test(file.path) || /index\.[jt]s$/.test(file.path)) return []
  return file.functions.filter(
    (node) => node.params.length >= 2 && web.handlers.has(node) && !ancestor(node, isFunction),
  )
}

/** Whether a route or an application has a function of the file among its steps. */
function isStep(file: SourceFile, { web }: Codebase): boolean {
  const isOfFile = (step: Step) => step.functionFile === file
  return web.routes.some(({ chain }) => chain.some(isOfFile)) || web.uses.some(({ steps }) => steps.some(isOfFile))
}

function nameOf(node: FunctionNode): string[] {
  const declared = node.parent?.type === 'VariableDeclarator' ? node.parent.id : undefined
  if (declared?.type === 'Identifier') return [declared.name]
  return node.id ? [node.id.name] : []
}

function isNamedElsewhere(file: SourceFile, names: readonly string[], codebase: Codebase): boolean {
  return codebase.withTypes.some(
    (other) => other !== file && !isIndexBeside(file.path, other.path) && names.some((name) => hasName(other, name)),
  )
}

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
