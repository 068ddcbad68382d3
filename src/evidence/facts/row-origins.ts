import {
  contains,
  functionAround,
  isFunction,
  keyOf,
  pathOf,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { once, onceFor } from '../parse/once.ts'
import { resultsOf } from '../parse/returns.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph, CallSite } from './call-graph.ts'
import { chainTop } from './promises.ts'
import { queriesByFile, type Query } from './queries.ts'

type Place = { node: FunctionNode; file: SourceFile }

/** A row, or rows, that a query gave, as a value of the code holds them. */
export type Row = {
  query: Query
  /** The functions the value came through, the outermost first. */
  through: readonly Place[]
  /** The call that handed the value to a function of the project, where it holds it as a parameter. */
  handedOver?: CallSite
}

type Inputs = { queries: readonly Query[]; calls: CallGraph; production: readonly SourceFile[] }

type Way = {
  depth: number
  through: readonly Place[]
  /** The call whose function is read, for the values of its parameters. */
  inside?: { site: CallSite; target: FunctionNode; outer: Way }
  handedOver?: CallSite
}

const deepest = 6
const mostSites = 60

/** The queries whose rows a value holds whole, followed through names, functions of the project, callbacks and promises. */
export function rowsIn(value: Node, file: SourceFile, inputs: Inputs): Row[] {
  const around = functionAround(value)
  return follow(value, file, inputs, { depth: 0, through: around ? [{ node: around, file }] : [] })
}

function follow(value: Node, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  if (way.depth > deepest) return []
  const inner = unwrap(value)
  const next = { ...way, depth: way.depth + 1 }
  switch (inner.type) {
    case 'Identifier':
      return ofName(inner, file, inputs, next)
    case 'CallExpression':
      return ofCall(inner, file, inputs, next)
    case 'NewExpression':
      return ofPromise(inner, file, inputs, next)
    case 'MemberExpression':
      if (holdsAll.test(keyOf(inner) ?? '0')) return follow(inner.object, file, inputs, next)
      return (keptOnRequest(inputs).get(pathOf(inner)) ?? []).flatMap((kept) =>
        follow(kept.right, kept.file, inputs, next),
      )
    case 'ConditionalExpression':
      return [...follow(inner.consequent, file, inputs, next), ...follow(inner.alternate, file, inputs, next)]
    case 'LogicalExpression':
      return [
        ...(inner.operator === '&&' ? [] : follow(inner.left, file, inputs, next)),
        ...follow(inner.right, file, inputs, next),
      ]
    default:
      return []
  }
}

/** `req.user = await User.findById(id)`: what middleware finds for the handlers behind it. */
const keptOnRequest = onceFor(({ production }: Inputs) =>
  Map.groupBy(
    production.flatMap((file) => keptIn(file).map(({ left, right }) => ({ path: pathOf(left), right, file }))),
    ({ path }) => path,
  ),
)
const keptIn = once((file: SourceFile) =>
  file.assignments.filter(({ left }) => left.type === 'MemberExpression' && personKept.test(pathOf(left))),
)
const personKept = /^((req|request)|ctx\.state|res\.locals)\.(\w*[uU]ser|account|member|customer|profile|admin)$/

/** `result.rows`, `rows[0]`, and the fields of a page of rows. */
const holdsAll = /^(rows|docs|recordset|_doc|dataValues|\d+)$/

/** What gives back the value it is called on, or a list of the same rows. */
const sameRows = /^(toObject|toJSON|get|then|catch|finally|filter|slice|sort|reverse|concat|at|lean|exec|pop|shift)$/

function ofCall(call: CallNode, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  if (givesItself(call)) return follow(call.callee.object, file, inputs, way)
  const query = queriesOf(file, inputs).get(call)
  if (query) return [rowOf(query, way)]
  const target = inputs.calls.targetOf(call)
  if (target) return ofFunction(target, { call, file }, inputs, way)
  if (call.callee.type !== 'MemberExpression' || !sameRows.test(keyOf(call.callee) ?? '')) return []
  // `user.get('name')` is one field.
  if (keyOf(call.callee) === 'get' && call.arguments[0]?.type === 'Literal') return []
  return follow(call.callee.object, file, inputs, way)
}

/** `await user.update({ name })` of Sequelize gives the row. */
function givesItself(call: CallNode): call is CallNode & { callee: Of<'MemberExpression'> } {
  return (
    call.callee.type === 'MemberExpression' &&
    call.callee.object.type === 'Identifier' &&
    /^[a-z]/.test(call.callee.object.name) &&
    keyOf(call.callee) === 'update' &&
    call.arguments.length === 1
  )
}

function rowOf(query: Query, { through, handedOver }: Way): Row {
  return { query, through, ...(handedOver ? { handedOver } : {}) }
}

/** Queries by the calls that give their result: the query itself, and the end of its chain. */
function queriesOf(file: SourceFile, { queries }: Inputs): ReadonlyMap<Node, Query> {
  return byCall(queriesByFile(queries).get(file) ?? none)
}

const none: readonly Query[] = []
const byCall = onceFor(
  (queries: readonly Query[]) =>
    new Map<Node, Query>(
      queries.flatMap((query) => [
        [query.call, query],
        [unwrap(chainTop(query.call)), query],
      ]),
    ),
)

/** What a function of the project gives back, to who calls it and to who hands it a callback. */
function ofFunction(target: Place, site: CallSite, inputs: Inputs, way: Way): Row[] {
  if (way.through.some(({ node }) => node === target.node)) return []
  const inside = { ...way, through: [...way.through, target], inside: { site, target: target.node, outer: way } }
  return resultsOf(target.node, target.file).flatMap((returned) => follow(returned, target.file, inputs, inside))
}

/** `new Promise((resolve) => find((error, user) => resolve(user)))`. */
function ofPromise(made: CallNode, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  const [run] = made.arguments
  if (pathOf(made.callee) !== 'Promise' || !isFunction(run)) return []
  const resolve = run.params[0]
  if (resolve?.type !== 'Identifier') return []
  return file.calls
    .filter((call) => contains(run, call) && call.callee.type === 'Identifier' && call.callee.name === resolve.name)
    .flatMap((call) => (call.arguments[0] ? follow(call.arguments[0], file, inputs, way) : []))
}

function ofName(name: Node & { type: 'Identifier' }, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  const binding = lookUp(file.scopes, name, name.name)
  // `const { password, ...shown } = user` leaves something out.
  // `user = rows[0]`, declared nowhere.
  if (!binding)
    return file.assignments
      .filter(({ left }) => left.type === 'Identifier' && left.name === name.name)
      .flatMap(({ right }) => follow(right, file, inputs, way))
  if (binding.itemOf || binding.imported || binding.node.parent?.type === 'RestElement') return []
  if (binding.parameter) return binding.path.length === 0 ? ofParameter(binding, file, inputs, way) : []
  const values = [binding.init, ...binding.writes].filter((item) => item !== undefined)
  return values.flatMap((given) => {
    const [key, ...deeper] = binding.path
    if (given === binding.init && key !== undefined)
      return deeper.length > 0 ? [] : ofPart(given, key, file, inputs, way)
    return follow(given, file, inputs, way)
  })
}

/** `const [user] = await …`, `const { user } = await signIn()`. */
function ofPart(given: Node, key: string, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  if (holdsAll.test(key)) return follow(given, file, inputs, way)
  const call = unwrap(given)
  const target = call.type === 'CallExpression' ? inputs.calls.targetOf(call) : undefined
  if (call.type !== 'CallExpression' || !target || way.through.some(({ node }) => node === target.node)) return []
  const inside = {
    ...way,
    through: [...way.through, target],
    inside: { site: { call, file }, target: target.node, outer: way },
  }
  return resultsOf(target.node, target.file).flatMap((returned) => {
    const part = propertyOf(unwrap(returned), key)
    return part ? follow(part, target.file, inputs, inside) : []
  })
}

function ofParameter({ parameter }: Binding, file: SourceFile, inputs: Inputs, way: Way): Row[] {
  if (!parameter) return []
  const { of, index } = parameter
  const asCallback = ofCallback(of, index, file, inputs, way)
  if (asCallback) return asCallback
  if (way.inside?.target === of) {
    const { site, outer } = way.inside
    const argument = site.call.arguments[index]
    return argument ? follow(argument, site.file, inputs, { ...outer, depth: way.depth, through: way.through }) : []
  }
  // Only what a function is told is followed to who tells it, and once.
  if (way.handedOver) return []
  return inputs.calls
    .sitesOf(of)
    .slice(0, mostSites)
    .flatMap((site) => {
      const argument = site.call.arguments[index]
      const around = functionAround(site.call)
      const through = around ? [...way.through, { node: around, file: site.file }] : way.through
      return argument
        ? follow(argument, site.file, inputs, { depth: way.depth, through, handedOver: way.handedOver ?? site })
        : []
    })
}

/** `(error, user) => …` given to a query, or to a function that gives it to one; `.then((user) => …)`. */
function ofCallback(of: FunctionNode, index: number, file: SourceFile, inputs: Inputs, way: Way): Row[] | undefined {
  const call = of.parent
  if (call?.type !== 'CallExpression' || !call.arguments.includes(of)) return undefined
  const { callee } = call
  if (callee.type === 'MemberExpression' && keyOf(callee) === 'then')
    return index === 0 && call.arguments[0] === of ? follow(callee.object, file, inputs, way) : []
  const last = call.arguments.at(-1) === of && index === 1
  const query = queriesOf(file, inputs).get(call) ?? startOf(call, file, inputs)
  if (query) return last ? [rowOf(query, way)] : []
  const target = inputs.calls.targetOf(call)
  const taken = target?.node.params[call.arguments.indexOf(of)]
  const name = taken?.type === 'Identifier' ? taken.name : undefined
  if (!target || name === undefined || index !== 1) return undefined
  return inputs.queries
    .filter(
      (item) =>
        item.file === target.file &&
        contains(target.node, item.call) &&
        item.call.arguments.some((argument) => argument.type === 'Identifier' && argument.name === name),
    )
    .map((item) => rowOf(item, way))
}

/** The query at the start of a chain: `User.find().exec((error, users) => …)`. */
function startOf(call: CallNode, file: SourceFile, inputs: Inputs): Query | undefined {
  const { callee } = call
  if (callee.type !== 'MemberExpression' || !/^(exec|lean|limit|sort|toArray)$/.test(keyOf(callee) ?? ''))
    return undefined
  const inner = unwrap(callee.object)
  if (inner.type !== 'CallExpression') return undefined
  return queriesOf(file, inputs).get(inner) ?? startOf(inner, file, inputs)
}
