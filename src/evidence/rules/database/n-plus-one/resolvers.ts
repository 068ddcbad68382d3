import type { Codebase } from '../../../codebase.ts'
import { resolversIn, type Resolver } from '../../../facts/graphql.ts'
import { decoratorName } from '../../../facts/handlers.ts'
import type { Query } from '../../../facts/queries.ts'
import { repeatOf } from '../../../facts/repetition.ts'
import { contains, parameterName, pathOf, type CallNode, type FunctionNode } from '../../../parse/ast.ts'
import { lineOfMethod, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { queryingFunctions } from './querying-functions.ts'

/** A field of a type that is looked up by its parent runs once for each parent of the answer. */
export function* inResolvers(codebase: Codebase): Iterable<Match> {
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

/** Prisma makes one query of those for one row that one tick asks for. */
function isBatchedByClient({ method, client, call }: Query): boolean {
  return method.startsWith('findUnique') && /prisma/i.test(client + pathOf(call.callee))
}

/** The first call of a resolver that asks the database for what belongs to its parent. */
function lookupByParent(resolver: Resolver, codebase: Codebase, querying: ReadonlySet<unknown>): CallNode | undefined {
  const { file, node } = resolver
  const given = parentNames(node).filter((name) => !name.startsWith('_'))
  const parents = [...given, ...takenFrom(given, resolver)]
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

/** `const { id } = post`, where `post` is the parent. */
function takenFrom(parents: readonly string[], { node, file }: Resolver): string[] {
  const text = file.text.slice(node.start, node.end)
  return parents.flatMap((name) =>
    [...text.matchAll(new RegExp(String.raw`\{([^{}]*)\}\s*=\s*${name}\b(?!\s*[.([])`, 'g'))].flatMap(
      ([, taken = '']) => taken.split(',').flatMap((item) => /(\w+)\s*$/.exec(item)?.[1] ?? []),
    ),
  )
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
