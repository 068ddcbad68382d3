import type { Codebase } from '../../codebase.ts'
import { endsAlways } from '../../facts/flow-of-control.ts'
import { unservedFiles, unservedHandlers, unservedRouters } from '../../facts/unserved.ts'
import { ancestor, isFunction, keyOf, type Node } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { behindAnswers } from './dead-code/behind-answers.ts'
import { unusedMiddleware } from './dead-code/unused-middleware.ts'
import { hasName } from './unused-members/names.ts'

export const deadCode: Rule = {
  id: 'dead-code',
  category: 'dead-code',
  severity: 'low',
  confidence: 'medium',
  title: 'Code that never runs',
  why: 'It is read, updated and tested for nothing; a guard that nobody uses makes people think that something is guarded.',
  effects: { maintenance: 'More to read.' },
  fix: {
    say: 'Remove it, or use it where it was meant.',
    code: { Express: "router.post('/admin/beers', verifyToken, isAdmin, createBeer)" },
  },
  sources: ['https://knip.dev/'],
  *find(codebase) {
    const unserved = unservedFiles(codebase)
    for (const file of codebase.production) if (!unserved.has(file.path)) yield* deadIn(file)
    yield* unmountedRouters(codebase)
    yield* inOne([...unimportedHandlers(codebase)])
    yield* unusedMiddleware(codebase).values()
    yield* emptyFiles(codebase)
    yield* unroutedHandlers(codebase)
    yield* behindAnswers(codebase)
  },
}

/** Said of the router, and not of each thing that it alone uses. */
function* unmountedRouters(codebase: Codebase): Iterable<Match> {
  for (const [first, ...rest] of unservedRouters(codebase).values()) {
    if (!first) continue
    const what = rest.length > 0 ? `${rest.length + 1} routes answer` : 'route answers'
    yield { file: first.file, node: first.app, message: `Nothing imports this router: its ${what} nobody.` }
  }
}

function* unimportedHandlers(codebase: Codebase): Iterable<Match> {
  const left = unservedHandlers(codebase)
  const others = left.length > 1 ? `, nor ${left.length - 1} more handlers` : ''
  for (const file of left)
    yield { file, line: 1, severity: 'info', message: `Nothing imports this handler${others}: it answers nobody.` }
}

const deadIn = atOnce((file: SourceFile) => [...uncalled(file), ...unreached(file), ...idleCatches(file)])

function* uncalled(file: SourceFile): Iterable<Match> {
  if (file.cutLines.length > 0) return
  for (const node of file.functions) {
    if (node.type !== 'FunctionDeclaration' || !node.id || (file.names.get(node.id.name) ?? 0) > 1) continue
    if (/Export/.test(node.parent?.type ?? '')) continue
    yield { file, node, line: lineOf(node, file), words: unneeded, message: `\`${node.id.name}\` is never called.` }
  }
}

/** `catch (error) { throw error }` */
function* idleCatches(file: SourceFile): Iterable<Match> {
  for (const node of file.catches) {
    const [first] = node.body.body
    const isSame =
      first?.type === 'ThrowStatement' &&
      first.argument.type === 'Identifier' &&
      node.param?.type === 'Identifier' &&
      first.argument.name === node.param.name
    const hasMore = node.parent?.type === 'TryStatement' && node.parent.finalizer !== null
    if (isSame && !hasMore)
      yield {
        file,
        node,
        severity: 'info',
        words: idle,
        message: 'This only throws again what it caught: without it the same happens.',
      }
  }
}

function* unreached(file: SourceFile): Iterable<Match> {
  for (const statement of unreachable(file))
    yield { file, node: statement, words: unneeded, message: 'Nothing can reach this statement.' }
}

function unreachable(file: SourceFile): Set<Node> {
  const found = new Set<Node>()
  for (const node of [...file.returns, ...file.throws]) {
    const branch = branchAround(node)
    const next = afterIn(node) ?? (branch && endsAlways(branch) ? afterIn(branch) : undefined)
    if (
      next &&
      !/^(FunctionDeclaration|ClassDeclaration|EmptyStatement)$/.test(next.type) &&
      !(next.type === 'VariableDeclaration' && next.kind === 'var')
    )
      found.add(next)
  }
  return found
}

/** The `if` with an `else` that a statement is the last of a branch of. */
function branchAround(statement: Node): Node | undefined {
  const block = statement.parent?.type === 'BlockStatement' ? statement.parent : statement
  const branch = block.parent
  return branch?.type === 'IfStatement' && branch.alternate ? branch : undefined
}

function afterIn(statement: Node): Node | undefined {
  const block = statement.parent
  if (block?.type !== 'BlockStatement') return undefined
  const body: readonly Node[] = block.body
  return body[body.indexOf(statement) + 1]
}

function* emptyFiles(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.withTypes) {
    if (file.text.trim() === '' && /\.[cm]?[jt]s$/.test(file.path))
      yield { file, line: 1, severity: 'info', message: 'The file is empty.' }
  }
}

/** Two files that have a name, or all where they are fewer: one of two is another than the file that asks. */
function readHolders(codebase: Codebase): (name: string) => readonly SourceFile[] {
  const known = new Map<string, readonly SourceFile[]>()
  return (name) => {
    const holding = () => codebase.withTypes.values().filter((file) => hasName(file, name))
    const holders = known.get(name) ?? holding().take(2).toArray()
    known.set(name, holders)
    return holders
  }
}

/** Handlers that a file of controllers exports and that nothing else names. */
function* unroutedHandlers(codebase: Codebase): Iterable<Match> {
  // Where no route is seen at all, they are elsewhere.
  if (codebase.web.routes.length === 0) return
  const holdersOf = readHolders(codebase)
  for (const [node, { file, framework, response }] of codebase.web.handlers) {
    if (
      framework !== 'express' ||
      response === undefined ||
      node.type === 'FunctionExpression' ||
      !/controller|handler|routes?\b/i.test(file.path)
    )
      continue
    const holder = node.parent
    const name =
      node.id?.name ??
      (holder?.type === 'VariableDeclarator' && holder.id.type === 'Identifier' ? holder.id.name : undefined)
    if (
      name === undefined ||
      ancestor(node, isFunction) ||
      codebase.web.routesThrough.has(node) ||
      codebase.calls.passed.has(node)
    )
      continue
    if (
      codebase.calls.sitesOf(node).length > 0 ||
      codebase.web.uses.some((use) => use.steps.some((step) => step.function === node))
    )
      continue
    // Named elsewhere, or among several of that name, it may be reached in a way that is not seen.
    const names = [name, ...exportedAs(name, file)]
    if (names.some((item) => holdersOf(item).some((other) => other !== file))) continue
    yield { file, node, line: lineOf(node, file), severity: 'info', message: `No route ends in \`${name}\`.` }
  }
}

/** `exports.listOrders = list` */
function exportedAs(name: string, file: SourceFile): string[] {
  return file.assignments.flatMap(({ left, right }) =>
    left.type === 'MemberExpression' && right.type === 'Identifier' && right.name === name ? (keyOf(left) ?? []) : [],
  )
}

const idle: Words = {
  title: 'A `catch` that changes nothing',
  why: 'It looks as if the failure were handled here, and readers look for what it does.',
  fix: { say: 'Take the `try` and the `catch` away, or add what this place knows as the `cause`.', code: {} },
}

const unneeded: Words = {
  why: 'It is read, updated and searched for nothing, and makes people think that it does something.',
  fix: { say: 'Remove it, or use it where it was meant.', code: {} },
}
