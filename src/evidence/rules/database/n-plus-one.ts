import type { Codebase } from '../../codebase.ts'
import { resolversIn, type Resolver } from '../../facts/graphql.ts'
import { decoratorName } from '../../facts/handlers.ts'
import type { Query } from '../../facts/queries.ts'
import { repeatOf } from '../../facts/repetition.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const nPlusOne: Rule = {
  id: 'n-plus-one',
  category: 'n-plus-one',
  severity: 'medium',
  confidence: 'high',
  title: 'One query for each item of a list',
  why: 'A hundred items are a hundred round trips; all at once they also take every connection of the pool.',
  effects: {
    latency: 'The round trip times the number of items.',
    memory: 'All started at once, they wait in the pool’s queue.',
  },
  fix: {
    say: 'Ask once for the whole list.',
    code: {
      Mongoose:
        'const rows = await User.find({ _id: { $in: ids } }).lean()\nconst byId = new Map(rows.map((row) => [String(row._id), row]))\nawait Product.insertMany(products)',
      Prisma:
        'const rows = await prisma.user.findMany({ where: { id: { in: ids } } })\nconst byId = new Map(rows.map((row) => [row.id, row]))\nawait prisma.product.createMany({ data: products })',
      TypeORM:
        'const rows = await users.findBy({ id: In(ids) })\nconst byId = new Map(rows.map((row) => [row.id, row]))\nawait products.insert(newProducts)',
      any: 'const rows = await User.findAll({ where: { id: ids } })\nconst byId = new Map(rows.map((row) => [row.id, row]))\nawait Product.bulkCreate(products)',
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1073.html', 'https://github.com/graphql/dataloader'],
  *find(codebase) {
    for (const query of codebase.queries) {
      const loop = query.repeatedBy
      if (query.file.kind !== 'production' || !loop || /Raw(Unsafe)?$|^(raw|literal)$/.test(query.method)) continue
      if (query.kind === 'sync' || query.kind === 'insert-many' || isBatched(headOf(loop, query.file))) continue
      if (isShort(loop, query.file)) continue
      if (runsForFew(query.call, loop)) continue
      const callee = textOf(query.call.callee, query.file, 40)
      yield {
        file: query.file,
        node: loop,
        ...(isSetApart(query, loop) ? { severity: 'info' as const } : weightOf(codebase, query.call, loop)),
        message: `\`${callee}\` on line ${query.line} runs once for each turn of this loop.`,
      }
    }
    yield* throughFunctions(codebase)
    yield* inResolvers(codebase)
  },
}

/** What runs when the process starts or beside requests holds nobody up. */
function weightOf(codebase: Codebase, node: Node, loop: Node): Pick<Match, 'severity'> {
  if (!requestOf(codebase, node)) return { severity: 'info' }
  return isPartOfOne(loop) ? { severity: 'low' } : {}
}

/** `order.couponCodes`: what one row holds is a list of few; what the caller sends may be long. */
function isPartOfOne(loop: Node): boolean {
  const list = listOf(loop)
  const path = list ? pathOf(list) : ''
  return (
    /^\w+\.\w+(\.(entries|values|slice|filter)\(\))?$/.test(path) &&
    !/^(this|req|request|ctx|context|args|input|body|data|dto|payload|params|query|result|results|response|res|Object|\w*(Dto|DTO|Data|Input|Inputs|Body|Args|Params|Payload|Result|Response))\./.test(
      path,
    )
  )
}

/** One failure shall not stop the others: each write has a `try` of its own, whose `catch` goes on. */
function isSetApart({ call, kind }: Query, loop: Node): boolean {
  const attempt = ancestor(call, (at) => at.type === 'TryStatement', loop)
  if (attempt?.type !== 'TryStatement' || attempt.start < loop.start || !attempt.handler) return false
  return !kind.startsWith('find') && attempt.handler.body.body.every((statement) => statement.type !== 'ThrowStatement')
}

/** A function that runs, sends or builds something and asks the database on the way is not made one query. */
function doesWork(call: CallNode): boolean {
  const name = pathOf(call.callee).split('.').at(-1) ?? ''
  return /^(run|exec|process|perform|start|handle|iterate|visit|walk|send|notify|dispatch|trigger|fire|publish|schedule|generate|build|retry|migrate|deploy|install)/i.test(
    name,
  )
}

function headOf(loop: Node, file: SourceFile): string {
  return file.text.slice(loop.start, loop.start + 200)
}

/** In a case of a `switch`, or for the one item that equals another: not once for each turn. */
function runsForFew(node: Node, loop: Node): boolean {
  for (let at: Node = node; at.parent && at !== loop; at = at.parent) {
    const up = at.parent
    if (up.type === 'SwitchCase' && up.test !== at) return true
    if (up.type === 'IfStatement' && up.consequent === at && isSameness(up.test)) return true
  }
  return false
}

function isSameness(test: Node): boolean {
  return (
    test.type === 'BinaryExpression' &&
    /^={2,3}$/.test(test.operator) &&
    test.left.type === 'MemberExpression' &&
    test.right.type === 'Identifier'
  )
}

/** Loops over chunks, pages or retries are how it should be done. */
function isBatched(text: string): boolean {
  return /chunk|batch|retry|attempt|while\s*\(\s*(true|cursor|hasMore)|^while\s*\(\s*!?(\w+)\s*\)[\s\S]*\b\2\s*=\s*await|for await|^for\s*\([^)]*;[^)]*\+=\s*(\d{2,}|\w*(size|limit|step|page)\w*)\s*\)/i.test(
    text,
  )
}

/** A list that the code writes down, or one of parts of the program: its length does not grow with the data. */
function isShort(loop: Node, file: SourceFile): boolean {
  const list = listOf(loop)
  if (!list) return false
  if (list.type === 'ArrayExpression') return list.elements.every((item) => item?.type !== 'SpreadElement')
  if (list.type === 'Identifier') {
    const binding = lookUp(file.scopes, list, list.name)
    const value = binding?.kind === 'const' && binding.path.length === 0 ? binding.init : undefined
    if (value?.type === 'ArrayExpression' && value.elements.length > 0) return true
  }
  const name = pathOf(list)
  return (
    /(^|\.)[A-Z][A-Z_]+(\.|\(\)$|$)/.test(name) ||
    /(providers?|services?|strateg(y|ies)|plugins?|drivers?|adapters?|locales?|languages?|tables?|modules?)(\(\))?$/i.test(
      name,
    ) ||
    (/^Object\.(keys|values|entries)\(\)$/.test(name) &&
      list.type === 'CallExpression' &&
      /^[A-Z]/.test(pathOf(list.arguments[0] ?? list)))
  )
}

function listOf(loop: Node): Node | undefined {
  if (loop.type === 'ForOfStatement' || loop.type === 'ForInStatement') return unwrap(loop.right)
  return loop.type === 'CallExpression' && loop.callee.type === 'MemberExpression'
    ? unwrap(loop.callee.object)
    : undefined
}

/** Functions that run a query each time they are called. */
function queryingFunctions(codebase: Codebase, counts: (query: Query) => boolean = () => true): ReadonlySet<unknown> {
  const queries = codebase.queries.filter((query) => query.kind !== 'sync' && !query.repeatedBy && counts(query))
  return new Set(queries.map((query) => outermost(query.call)))
}

/** A loop that calls a project function which runs a query. */
function* throughFunctions(codebase: Codebase): Iterable<Match> {
  const querying = queryingFunctions(codebase)
  for (const { call, file, target } of codebase.calls.linked) {
    if (!querying.has(target.node) || !functionAround(call)) continue
    const loop = repeatOf(call)
    if (!loop || isBatched(headOf(loop, file)) || isShort(loop, file) || runsForFew(call, loop)) continue
    yield {
      file,
      node: loop,
      ...(doesWork(call) ? { severity: 'info' as const } : weightOf(codebase, call, loop)),
      confidence: 'medium',
      message: `\`${textOf(call.callee, file, 40)}\` on line ${lineOf(call, file)} runs a query, once for each turn of this loop.`,
    }
  }
}

/** A field of a type that is looked up by its parent runs once for each parent of the answer. */
function* inResolvers(codebase: Codebase): Iterable<Match> {
  const querying = queryingFunctions(codebase, (query) => !isBatchedByClient(query))
  for (const file of codebase.production) {
    const asking = resolversIn(file).flatMap((resolver) => {
      const call = resolver.root || resolver.type === '' ? undefined : lookupByParent(resolver, codebase, querying)
      return call ? [{ resolver, call, line: lineOfMethod(call, file) }] : []
    })
    // One way of writing resolvers is one cause.
    for (const [type, [first, ...rest]] of Map.groupBy(asking, ({ resolver }) => resolver.type)) {
      if (!first) continue
      const more = rest.length > 0 ? ` So do ${rest.length} more of its fields.` : ''
      yield {
        file,
        node: first.call,
        line: first.line,
        confidence: 'medium',
        also: rest.map(({ line }) => ({ path: file.path, line })),
        message: `\`${type}.${first.resolver.field}\` runs \`${textOf(first.call.callee, file, 40)}\` once for each ${type} of an answer; a DataLoader makes it one query.${more}`,
      }
    }
  }
}

function lineOfMethod(call: CallNode, file: SourceFile): number {
  return lineOf(call.callee.type === 'MemberExpression' ? call.callee.property : call, file)
}

/** Prisma makes one query of those for one row that one tick asks for. */
function isBatchedByClient({ method, client, call }: Query): boolean {
  return method.startsWith('findUnique') && /prisma/i.test(client + pathOf(call.callee))
}

/** The first call of a resolver that asks the database for what belongs to its parent. */
function lookupByParent(resolver: Resolver, codebase: Codebase, querying: ReadonlySet<unknown>): CallNode | undefined {
  const { file, node } = resolver
  const parents = parentNames(node).filter((name) => !name.startsWith('_'))
  const inside = file.calls.filter((call) => contains(node, call) && !repeatOf(call))
  return inside.find((call) => {
    const text = file.text.slice(call.start, call.end)
    if (!parents.some((name) => new RegExp(String.raw`(?<![\w$.])${name}\b`).test(text))) return false
    const callee = pathOf(call.callee)
    if (/load(er|Many)?\w*$|\.load\w*$/i.test(callee)) return false
    // `user.getPosts()`: what Sequelize adds to a row.
    if (/^\w+\.get[A-Z]\w+$/.test(callee) && parents.includes(callee.split('.')[0] ?? ''))
      return codebase.project.dependencies.some(({ name }) => name.startsWith('sequelize'))
    const query = codebase.queries.find((item) => item.call === call)
    if (query) return !isBatchedByClient(query)
    const target = codebase.calls.targetOf(call)
    return target !== undefined && querying.has(target.node)
  })
}

/** The names by which a resolver knows its parent: the first parameter, or the one NestJS and TypeGraphQL say it is. */
function parentNames(node: FunctionNode): string[] {
  const said = node.params.find(
    (parameter) =>
      parameter.type !== 'TSParameterProperty' &&
      (parameter.decorators ?? []).some((decorator) => /^(Parent|Root)$/.test(decoratorName(decorator))),
  )
  const parent = said ?? node.params[0]
  if (parent?.type === 'ObjectPattern')
    return parent.properties.flatMap((item) => parameterName(item.type === 'Property' ? item.value : item)?.name ?? [])
  return [parameterName(parent)?.name ?? 'parent']
}

function outermost(node: Parameters<typeof functionAround>[0]): ReturnType<typeof functionAround> {
  let found = functionAround(node)
  for (let up = found; up; up = functionAround(up)) {
    const parent = up.parent
    if (parent?.type === 'CallExpression' && isFunction(up)) continue
    found = up
    break
  }
  return found
}
