import {
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  type ClassNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName } from './handlers.ts'
import type { Handler } from './handlers.ts'

/** A function that computes a field of a GraphQL type; `root` fields are those of queries, mutations and subscriptions. */
export type Resolver = {
  node: FunctionNode
  file: SourceFile
  type: string
  field: string
  root: boolean
  /** Arguments come first, as in the root value of `express-graphql`. */
  argumentsFirst?: true
  /** What stands before it, as it is written: `isAuthenticated` in `combineResolvers(isAuthenticated, resolve)`. */
  guards?: readonly string[]
}

/** What creates a GraphQL server, by the dotted name of the call. */
export const graphqlServers =
  /^(@apollo\/server|apollo-server(-\w+)?)\.ApolloServer$|^express-graphql(\.graphqlHTTP)?$|^graphql-yoga\.createYoga$|^graphql-http\.lib\.use\.\w+\.createHandler$|^@nestjs\/graphql\.GraphQLModule\.forRoot(Async)?$/

const roots = /^(Root)?(Query|Mutation|Subscription)(Type)?$/
const mentions = /graphql|apollo|mercurius|gql|resolver/i

/** Resolvers written in a file: in maps by type, in the fields of `GraphQLObjectType`, and in NestJS or TypeGraphQL classes. */
export const resolversIn = atOnce((file: SourceFile): readonly Resolver[] =>
  mayResolve(file)
    ? [
        ...fromMaps(file),
        ...fromNamedMaps(file),
        ...fromRootValue(file),
        ...fromRootObjects(file),
        ...fromObjectTypes(file),
        ...fromClasses(file),
      ]
    : [],
)

function mayResolve(file: SourceFile): boolean {
  if (file.outline?.typesOnly) return false
  const { text, path } = file
  return (mentions.test(text) || mentions.test(path) || /\b(Query|Mutation)\s*[:=.]/.test(text)) && !isOfBrowser(file)
}

/** Clients resolve fields too, of their cache. */
function isOfBrowser(file: SourceFile): boolean {
  return file.imports.some(({ source }) => /^(@?urql($|\/)|@apollo\/client|react|vue|svelte)/.test(source.value))
}

function fromMaps(file: SourceFile): Resolver[] {
  return file.properties.flatMap((group) => {
    const type = keyOf(group)
    if (type === undefined || group.value.type !== 'ObjectExpression' || !/^[A-Z]/.test(type)) return []
    const map = group.parent
    const isMap = roots.test(type) || rootsOf(map).length > 0
    return isMap ? fieldsOf(group.value, type, file) : []
  })
}

/** `const Mutation = { login: (parent, args, context) => … }`, put together elsewhere. */
function fromNamedMaps(file: SourceFile): Resolver[] {
  return file.declarators.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init?.type === 'ObjectExpression' && roots.test(id.name)
      ? fieldsOf(init, id.name, file)
      : [],
  )
}

/** `module.exports = { createUser: async function ({ userInput }, req) { … } }` in a file of resolvers. */
function fromRootValue(file: SourceFile): Resolver[] {
  if (!/resolver/i.test(file.path)) return []
  return file.assignments.flatMap(({ left, right }) => {
    if (pathOf(left) !== 'module.exports' || right.type !== 'ObjectExpression') return []
    return fieldsOf(right, 'Mutation', file)
      .filter(({ node }) => takesArgumentsFirst(node))
      .map((resolver): Resolver => ({ ...resolver, argumentsFirst: true }))
  })
}

/** `graphqlHTTP({ schema, rootValue: root })` and `const graphqlRoot = { user: findUser }`: each function is given its arguments first. */
function fromRootObjects(file: SourceFile): Resolver[] {
  if (!/root/i.test(file.text)) return []
  const given = file.properties.filter((property) => keyOf(property) === 'rootValue').map(({ value }) => value)
  const names = new Set(given.map((value) => pathOf(value)))
  const named = file.declarators.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init && (names.has(id.name) || rootNames.test(id.name)) ? [init] : [],
  )
  return [...given, ...named].flatMap((root) =>
    root.type === 'ObjectExpression'
      ? fieldsOf(root, 'Query', file).map((resolver): Resolver => ({ ...resolver, argumentsFirst: true }))
      : [],
  )
}

const rootNames = /^(graph_?ql_?)?root(_?(value|resolvers?))?$|^graph_?ql_?root\w*$/i

function takesArgumentsFirst(node: FunctionNode): boolean {
  const [first, second] = node.params
  const named = parameterName(second)?.name
  return (
    (first?.type === 'ObjectPattern' || /^args$/.test(parameterName(first)?.name ?? '')) &&
    (second === undefined || /^(req|request|context|ctx)$/.test(named ?? ''))
  )
}

/** The keys of a resolver map that are root types; a map of other types alone proves nothing. */
function rootsOf(map: Node | null | undefined): string[] {
  if (map?.type !== 'ObjectExpression') return []
  return map.properties.flatMap((item) => {
    const key = item.type === 'Property' ? keyOf(item) : undefined
    return key !== undefined && roots.test(key) ? [key] : []
  })
}

function fieldsOf(group: Of<'ObjectExpression'>, type: string, file: SourceFile): Resolver[] {
  return group.properties.flatMap((property) => {
    if (property.type !== 'Property') return []
    const value = propertyOf(property.value, 'resolve') ?? property.value
    const { last, guards } = withoutGuards(value, file)
    const node = isFunction(last) ? last : namedFunction(last, file)
    const found = { file, type, field: keyOf(property) ?? '', root: roots.test(type) }
    return node && isFunction(node) ? [{ node, ...found, ...(guards.length > 0 && { guards }) }] : []
  })
}

/** The resolver in `combineResolvers(isAuthenticated, isAdmin, resolve)` and `requireUser(resolve)`. */
function withoutGuards(value: Node, file: SourceFile): { last: Node; guards: readonly string[] } {
  const last = value.type === 'CallExpression' ? value.arguments.at(-1) : undefined
  if (value.type !== 'CallExpression' || !last || last.type === 'SpreadElement') return { last: value, guards: [] }
  const inner = withoutGuards(last, file)
  const before = [value.callee, ...value.arguments.slice(0, -1)]
  return { last: inner.last, guards: [...before.map(({ start, end }) => file.text.slice(start, end)), ...inner.guards] }
}

/** `Mutation: { login }` where the function stands in the same file. */
function namedFunction(node: Node, file: SourceFile): Node | undefined {
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  return binding?.init ?? binding?.node
}

/** The fields of queries, mutations and subscriptions of a file: what callers may ask for by name. */
export function operationsIn(file: SourceFile): readonly Resolver[] {
  return resolversIn(file).filter((resolver) => resolver.root)
}

function fromObjectTypes(file: SourceFile): Resolver[] {
  return file.properties.flatMap((property) => {
    const node = keyOf(property) === 'resolve' ? functionIn(property.value, file) : undefined
    if (!node) return []
    const field = property.parent?.parent
    if (field?.type === 'VariableDeclarator') return fieldAlone(field, node, file)
    if (field?.type === 'CallExpression')
      return [{ node, file, type: '', field: '', root: false, ...builtField(field) }]
    const name = field?.type === 'Property' ? (keyOf(field) ?? '') : ''
    const type = /new GraphQLObjectType\(\{\s*name:\s*['"](\w+)/g
    const before = [...file.text.slice(0, property.start).matchAll(type)].at(-1)?.[1] ?? ''
    return [{ node, file, type: before, field: name, root: roots.test(before) }]
  })
}

/** `builder.queryField('orders', (t) => t.field({ resolve }))`, as Pothos and Nexus have it. */
function builtField(call: Node): Pick<Resolver, 'type' | 'field' | 'root'> | undefined {
  for (let at: Node | null | undefined = call; at; at = at.parent) {
    const name = at.type === 'CallExpression' ? (keyOf(at.callee) ?? pathOf(at.callee)) : ''
    const type = /^(query|mutation|subscription)Field$/.exec(name)?.[1]
    const field = at.type === 'CallExpression' ? literalText(at.arguments[0]) : undefined
    if (type && field !== undefined)
      return { type: `${type.charAt(0).toUpperCase()}${type.slice(1)}`, field, root: true }
  }
  return undefined
}

/** A function written in place, or one of the file by its name. */
function functionIn(value: Node, file: SourceFile): FunctionNode | undefined {
  if (value.type !== 'Identifier') return isFunction(value) ? value : undefined
  const init = lookUp(file.scopes, value, value.name)?.init
  return isFunction(init) ? init : file.functions.find((item) => item.id?.name === value.name)
}

/** `export const Login: GraphQLFieldConfig = { args, resolve }`: a field of a root type, put into it elsewhere. */
function fieldAlone(holder: Of<'VariableDeclarator'>, node: FunctionNode, file: SourceFile): Resolver[] {
  if (holder.id.type !== 'Identifier') return []
  const isMutation = /mutation/i.test(`${file.path} ${holder.id.name}`)
  return [{ node, file, type: isMutation ? 'Mutation' : 'Query', field: holder.id.name, root: true }]
}

const operations = /^(Query|Mutation|Subscription)$/
const fields = /^(ResolveField|FieldResolver)$/

function fromClasses(file: SourceFile): Resolver[] {
  return file.classes.flatMap((node) =>
    node.body.body.flatMap((member): Resolver[] => {
      if (member.type !== 'MethodDefinition' || !isFunction(member.value)) return []
      const kinds = member.decorators.map(decoratorName)
      const operation = kinds.find((name) => operations.test(name))
      const field = nameGiven(member.decorators) ?? keyOf(member) ?? ''
      if (operation) return [{ node: member.value, file, type: operation, field, root: true }]
      const type = typeGiven(node, file) ?? node.id?.name.replace(/Resolvers?(Base|Host)?$/, '') ?? ''
      return kinds.some((name) => fields.test(name)) ? [{ node: member.value, file, type, field, root: false }] : []
    }),
  )
}

/** `@ResolveField('comments')`, whatever the method is called. */
function nameGiven(decorators: readonly Of<'Decorator'>[]): string | undefined {
  const said = decorators.filter(
    (decorator) => fields.test(decoratorName(decorator)) || operations.test(decoratorName(decorator)),
  )
  return said.flatMap((decorator) => literalText(decoratorCall(decorator)?.arguments[0]) ?? [])[0]
}

/** `@Resolver(() => Post)`. */
function typeGiven(node: ClassNode, file: SourceFile): string | undefined {
  const said = node.decorators.find((decorator) => decoratorName(decorator) === 'Resolver')
  return said && /=>\s*(\w+)/.exec(file.text.slice(said.start, said.end))?.[1]
}

/** The resolver as what answers a request: its arguments are the input. */
export function asHandler(resolver: Resolver): Handler {
  const inputs = new Map<string, string>()
  for (const name of namesOf(resolver.node.params[resolver.argumentsFirst ? 0 : 1])) inputs.set(name, 'Args')
  return { node: resolver.node, file: resolver.file, framework: 'graphql', inputs }
}

function namesOf(pattern: Node | undefined): string[] {
  if (pattern?.type === 'ObjectPattern') {
    return pattern.properties.flatMap((property) =>
      namesOf(property.type === 'RestElement' ? property.argument : property.value),
    )
  }
  const name = pattern && parameterName(pattern)?.name
  return name === undefined ? [] : [name]
}
