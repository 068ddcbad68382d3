import type { Codebase } from '../../../codebase.ts'
import { isFunction, keyOf, pathOf } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, majorOf, requestOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** Writes to a cache, a search index or a channel that are started and left, in clients that give promises. */
export function* storesLeft(codebase: Codebase): Iterable<Match> {
  if (!givesPromises(codebase)) return
  for (const file of codebase.production) {
    const left = writes(file).filter((call) => requestOf(codebase, call) && !codebase.calls.targetOf(call))
    const [first, ...rest] = left
    if (!first) continue
    yield {
      file,
      node: first,
      severity: 'medium',
      confidence: 'medium',
      also: rest.map((call) => ({ path: file.path, line: lineOf(call, file) })),
      message: `\`${textOf(first.callee, file, 40)}\` is started and left: when the store is away, the rejection is handled by nobody.`,
    }
  }
}

/** Before its fourth version, `redis` took callbacks alone. */
function givesPromises(codebase: Codebase): boolean {
  return (
    (majorOf(codebase, 'redis') ?? 0) >= 4 ||
    codebase.project.dependencies.some(({ name }) =>
      /^(ioredis|cache-manager|@nestjs\/(cache-manager|elasticsearch)|@elastic\/elasticsearch)$/.test(name),
    )
  )
}

const stores = /^(redis|redis_?client|ioredis|cacheManager|(es|elastic)Client|elasticsearchService)$/i
const changes =
  /^(set|setex|mset|del|unlink|hset|hmset|hdel|expire|publish|incr|decr|sadd|srem|zadd|[lr]push|deleteByQuery|index|bulk)$/i

const writes = once((file: SourceFile) =>
  file.calls.filter((call): boolean => {
    if (call.parent?.type !== 'ExpressionStatement' || call.callee.type !== 'MemberExpression') return false
    const receiver = pathOf(call.callee.object).split('.').at(-1) ?? ''
    return stores.test(receiver) && changes.test(keyOf(call.callee) ?? '') && !isFunction(call.arguments.at(-1))
  }),
)
