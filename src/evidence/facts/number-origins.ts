import { keyOf, pathOf, propertyOf, unwrap, type Node, type Of } from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { overwrittenBefore } from './written-values.ts'

/** An expression in the file it stands in. */
export type Place = { node: Node; file: SourceFile }
/** What a number is made from, and the places it came through, the nearest to its use first. */
export type Origin = Place & { through: readonly Place[] }

const maximumDepth = 8
const maximumSites = 4

/** The texts that a number is made from: `req.query.limit` of `Number(req.query.limit) || 10`, also through functions of the project. */
export function numberOrigins(node: Node, file: SourceFile, calls: CallGraph): Origin[] {
  return follow({ node, file }, [], calls)
}

function follow(place: Place, through: readonly Place[], calls: CallGraph): Origin[] {
  const inner = unwrap(place.node)
  const here = { node: inner, file: place.file }
  const passed = [...through, here]
  const next = through.length < maximumDepth ? partsOf(here, through, calls) : undefined
  return next === undefined ? [{ ...here, through }] : next.flatMap((part) => follow(part, passed, calls))
}

/** What an expression takes its number from; undefined where it is the text itself. */
function partsOf({ node, file }: Place, through: readonly Place[], calls: CallGraph): Place[] | undefined {
  switch (node.type) {
    case 'LogicalExpression':
      return [{ node: node.left, file }]
    case 'ConditionalExpression':
      // `limit ? Number(limit) : 10`
      return [node.consequent, node.alternate].map((part) => ({ node: part, file }))
    case 'UnaryExpression':
      return node.operator === '+' ? [{ node: node.argument, file }] : undefined
    case 'BinaryExpression':
      // `limit * 1` makes a number of a text.
      return node.operator === '*' ? [{ node: node.left, file }] : undefined
    case 'CallExpression': {
      if (/^(Number|parseInt|Number\.parseInt|Math\.(max|abs|floor))$/.test(pathOf(node.callee)))
        return node.arguments.map((argument) => ({ node: argument, file }))
      if (node.callee.type === 'MemberExpression' && keyOf(node.callee) === 'toString')
        return [{ node: node.callee.object, file }]
      return returnedBy(node, [], calls)
    }
    case 'MemberExpression': {
      const held = node.object.type === 'Identifier' ? lookUp(file.scopes, node, node.object.name) : undefined
      const key = keyOf(node)
      return held && key !== undefined ? valueOf(held, [key], file, through, calls) : undefined
    }
    case 'Identifier': {
      const binding = lookUp(file.scopes, node, node.name)
      const last = binding && overwrittenBefore(binding, node)
      if (last) return [{ node: last, file }]
      return binding?.writes.every(({ end }) => end > node.start)
        ? valueOf(binding, [], file, through, calls)
        : undefined
    }
    default:
      return undefined
  }
}

/** A name that holds a value, or a part of one: of what a function of the project gives, or is given. */
function valueOf(
  binding: Binding,
  keys: readonly string[],
  file: SourceFile,
  through: readonly Place[],
  calls: CallGraph,
): Place[] | undefined {
  const path = [...binding.path, ...keys]
  if (binding.parameter) return givenTo(binding.parameter, path, through, calls)
  const made = binding.init && unwrap(binding.init)
  if (made?.type === 'CallExpression' && path.length > 0) return returnedBy(made, path, calls)
  return made && partAt(made, path, file)
}

/** What the callers of a function give it, or the one call it was come through; undefined where nobody is known to call it. */
function givenTo(
  { of, index }: NonNullable<Binding['parameter']>,
  path: readonly string[],
  through: readonly Place[],
  calls: CallGraph,
): Place[] | undefined {
  const sites = calls.sitesOf(of)
  const own = sites.filter(({ call }) => through.some(({ node }) => node === call))
  const given = (own.length > 0 ? own : sites).flatMap(({ call, file }): Place[] => {
    const argument = call.arguments[index]
    return (argument && partAt(argument, path, file)) ?? []
  })
  return given.length > 0 ? given.slice(0, maximumSites) : undefined
}

/** A value itself, or what an object that is written out, here or under a name, holds under a key. */
function partAt(node: Node, [key, ...rest]: readonly string[], file: SourceFile): Place[] | undefined {
  if (key === undefined) return [{ node, file }]
  const inner = unwrap(node)
  const held = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  const object = held?.path.length === 0 && held.init ? unwrap(held.init) : inner
  const part = rest.length === 0 ? propertyOf(object, key) : undefined
  return part && [{ node: part, file }]
}

/** The values a function of the project returns, or those it returns under a name. */
function returnedBy(call: Of<'CallExpression'>, path: readonly string[], calls: CallGraph): Place[] | undefined {
  const target = calls.targetOf(call)
  const values =
    target && resultsOf(target.node, target.file).flatMap((value) => partAt(value, path, target.file) ?? [])
  return values && values.length > 0 ? values : undefined
}
