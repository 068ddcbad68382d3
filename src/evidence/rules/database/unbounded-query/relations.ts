import type { Codebase } from '../../../codebase.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import {
  contains,
  functionAround,
  isString,
  keyOf,
  literalText,
  propertyOf,
  type CallNode,
  type Node,
} from '../../../parse/ast.ts'
import { lineOfMethod, requestOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { growingList } from '../small-tables.ts'

/** Lists of other rows that come whole with each row. */
export function* wholeRelations(codebase: Codebase): Iterable<Match> {
  yield* eagerLists(codebase)
  yield* populatedLists(codebase)
  yield* includedLists(codebase)
}

/** `@OneToMany(…, { eager: true })`. */
function* eagerLists(codebase: Codebase): Iterable<Match> {
  for (const { file, fields, kind } of codebase.entities) {
    for (const { name, node } of fields) {
      if (!growingList.test(name)) continue
      const list =
        kind === 'typeorm' && node
          ? decoratorsOf(node).find((item) => /^(One|Many)ToMany$/.test(decoratorName(item)))
          : undefined
      if (!node || !list || !/\beager\s*:\s*true/.test(file.text.slice(list.start, list.end))) continue
      yield { file, node, severity: 'low', message: `All \`${name}\` are read with each row: the relation is eager.` }
    }
  }
}

/** `Post.find().populate('comments')`, where the post holds a list of them. */
function* populatedLists(codebase: Codebase): Iterable<Match> {
  const seen = new Set<string>()
  for (const { call, file } of codebase.index.methods('populate')) {
    const path = pathIn(call)
    if (path === undefined || !growingList.test(path) || !requestOf(codebase, call)) continue
    const query = codebase.queries.find((item) => item.file === file && isChainOf(call, item.call))
    const entity = query && schemaOf(codebase, query)
    const field = entity?.fields.find(({ name }) => name === path)
    if (!field || !/^\[|type\s*:\s*\[/.test(field.type)) continue
    const isAgain = seen.has(`${file.path} ${path}`)
    seen.add(`${file.path} ${path}`)
    yield {
      file,
      node: call,
      line: lineOfMethod(call, file),
      severity: isAgain ? 'info' : 'low',
      words: ofRelations,
      message: `All \`${path}\` of each \`${query?.model ?? 'row'}\` are read: the list has no limit.`,
    }
  }
}

/** `findMany({ include: { comments: true } })` and `find({ relations: ['comments'] })`. */
function* includedLists(codebase: Codebase): Iterable<Match> {
  const seen = new Set<string>()
  for (const query of codebase.queries) {
    const { call, file, model } = query
    if (!query.kind.startsWith('find') || file.kind !== 'production') continue
    const included = call.arguments.flatMap((argument) => [
      ...wholeIn(propertyOf(argument, 'include')),
      ...wholeIn(propertyOf(argument, 'relations')),
    ])
    const fields = included.length > 0 ? (schemaOf(codebase, query)?.fields ?? []) : []
    const whole = included.filter(({ name }) =>
      fields.some((field) => field.name === name && /\[\]|@(One|Many)ToMany/.test(field.type)),
    )
    const [first] = whole
    if (!first || !requestOf(codebase, call)) continue
    const key = `${file.path} ${first.name}`
    yield {
      file,
      node: first.node,
      severity: seen.has(key) ? 'info' : 'low',
      words: ofRelations,
      message: `All \`${first.name}\` of each \`${model ?? 'row'}\` are read: the list has no limit.`,
    }
    seen.add(key)
  }
}

/** The names of relations that are asked for without a limit or a filter. */
function wholeIn(asked: Node | undefined): { name: string; node: Node }[] {
  if (asked?.type === 'ArrayExpression')
    return asked.elements.flatMap((node) => {
      const name = literalText(node) ?? ''
      return node && growingList.test(name) ? [{ name, node }] : []
    })
  if (asked?.type !== 'ObjectExpression') return []
  return asked.properties.flatMap((node) => {
    const name = node.type === 'Property' ? (keyOf(node) ?? '') : ''
    if (node.type !== 'Property' || !growingList.test(name)) return []
    const isPart = ['take', 'where', 'cursor', 'first'].some((key) => propertyOf(node.value, key))
    return isPart || !/^(ObjectExpression|Literal)$/.test(node.value.type) ? [] : [{ name, node }]
  })
}

/** The path of a `populate` without a limit of its own. */
function pathIn(call: CallNode): string | undefined {
  const [first, ...rest] = call.arguments
  if (isString(first)) return rest.some((item) => item.type === 'ObjectExpression') ? undefined : literalText(first)
  const options = propertyOf(first, 'options') ?? propertyOf(first, 'perDocumentLimit') ?? propertyOf(first, 'match')
  return options ? undefined : literalText(propertyOf(first, 'path'))
}

function isChainOf(outer: Node, inner: Node): boolean {
  return inner.end < outer.end && contains(outer, inner) && functionAround(outer) === functionAround(inner)
}

const ofRelations: Words = {
  title: 'A list that comes along has no limit',
  fix: {
    say: 'Take the first of them with the row, and page the rest on a route of their own.',
    code: {
      Prisma:
        "const product = await prisma.product.findUnique({ where: { id }, include: { reviews: { orderBy: { id: 'desc' }, take: 20 } } })",
      Mongoose: "const product = await Product.findById(id).populate({ path: 'reviews', perDocumentLimit: 20 })",
      Sequelize:
        "const reviews = await Review.findAll({ where: { productId: id }, order: [['id', 'DESC']], limit: 20 })",
      TypeORM: "const reviews = await reviewsOf.find({ where: { productId: id }, order: { id: 'DESC' }, take: 20 })",
      any: 'SELECT id, text FROM reviews WHERE product_id = :id ORDER BY id DESC LIMIT 20',
    },
  },
}
