import { isFunction, keyOf, parameterName, propertyOf, type FunctionNode, type Node, type Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorName } from './handlers.ts'
import type { Handler } from './handlers.ts'

/** A function that computes a field of a GraphQL type; `root` fields are those of queries, mutations and subscriptions. */
export type Resolver = { node: FunctionNode; file: SourceFile; type: string; field: string; root: boolean }

/** What creates a GraphQL server, by the dotted name of the call. */
export const graphqlServers =
  /^(@apollo\/server|apollo-server(-\w+)?)\.ApolloServer$|^express-graphql(\.graphqlHTTP)?$|^graphql-yoga\.createYoga$|^graphql-http\.lib\.use\.\w+\.createHandler$|^@nestjs\/graphql\.GraphQLModule\.forRoot(Async)?$/

const roots = /^(Root)?(Query|Mutation|Subscription)(Type)?$/
const mentions = /graphql|apollo|mercurius|gql|resolver/i

/** Resolvers written in a file: in maps by type, in the fields of `GraphQLObjectType`, and in NestJS or TypeGraphQL classes. */
export const resolversIn = once((file: SourceFile): readonly Resolver[] =>
  mentions.test(file.text) || mentions.test(file.path) || /\b(Query|Mutation)\s*[:=.]/.test(file.text)
    ? [...fromMaps(file), ...fromObjectTypes(file), ...fromClasses(file)]
    : [],
)

function fromMaps(file: SourceFile): Resolver[] {
  return file.properties.flatMap((group) => {
    const type = keyOf(group)
    if (type === undefined || group.value.type !== 'ObjectExpression' || !/^[A-Z]/.test(type)) return []
    const map = group.parent
    const isMap = roots.test(type) || rootsOf(map).length > 0
    return isMap ? fieldsOf(group.value, type, file) : []
  })
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
    const node = isFunction(property.value) ? property.value : propertyOf(property.value, 'resolve')
    return node && isFunction(node) ? [{ node, file, type, field: keyOf(property) ?? '', root: roots.test(type) }] : []
  })
}

function fromObjectTypes(file: SourceFile): Resolver[] {
  return file.properties.flatMap((property) => {
    if (keyOf(property) !== 'resolve' || !isFunction(property.value)) return []
    const field = property.parent?.parent
    const name = field?.type === 'Property' ? (keyOf(field) ?? '') : ''
    const type = /new GraphQLObjectType\(\{\s*name:\s*['"](\w+)/g
    const before = [...file.text.slice(0, property.start).matchAll(type)].at(-1)?.[1] ?? ''
    return [{ node: property.value, file, type: before, field: name, root: roots.test(before) }]
  })
}

function fromClasses(file: SourceFile): Resolver[] {
  return file.classes.flatMap((node) =>
    node.body.body.flatMap((member): Resolver[] => {
      if (member.type !== 'MethodDefinition' || !isFunction(member.value)) return []
      const kind = member.decorators.map(decoratorName).find((name) => /^(ResolveField|FieldResolver)$/.test(name))
      const type = node.id?.name.replace(/Resolver$/, '') ?? ''
      return kind ? [{ node: member.value, file, type, field: keyOf(member) ?? '', root: false }] : []
    }),
  )
}

/** The resolver as what answers a request: its arguments are the input. */
export function asHandler(resolver: Resolver): Handler {
  const inputs = new Map<string, string>()
  for (const name of namesOf(resolver.node.params[1])) inputs.set(name, 'Args')
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
