import type { Codebase } from '../../codebase.ts'
import { contains, functionAround, keyOf, literalText, pathOf, type FunctionNode, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

const caches =
  /^(ioredis(\.\w+)?|redis\.createClient|node-cache|cache-manager[\w.-]*|keyv|lru-cache(\.\w+)?|memcached|memjs|@nestjs\/cache-manager)\b/
const together =
  /lock|mutex|single-?flight|dedupe|in-?flight|pending|jitter|Math\.random|\bNX\b|stale|\.wrap\(|memo|refresh|semaphore/i

export const cacheStampede: Rule = {
  id: 'cache-stampede',
  category: 'missing-cache',
  severity: 'low',
  confidence: 'medium',
  title: 'When a shared entry ends, everyone makes it anew',
  why: 'All requests that come between the end of the entry and the first new one miss the cache, and all do the work it was to save: the database gets the whole load at once.',
  effects: { latency: 'A peak each time the entry ends.', safety: 'The peak can take the database down.' },
  fix: {
    say: 'Let one request do the work while the others wait for it, or renew the entry before it ends.',
    code: {
      any: "import { createCache } from 'async-cache-dedupe'\nconst cache = createCache({ ttl: 60, stale: 10, storage: { type: 'redis', options: { client: redis } } })\ncache.define('topProducts', () => findTopProducts())\nconst products = await cache.topProducts()",
    },
  },
  sources: ['https://github.com/mcollina/async-cache-dedupe', 'https://en.wikipedia.org/wiki/Cache_stampede'],
  limits:
    'Only entries with one written key, which every request shares, filled by a query or a call of the same function.',
  *find(codebase) {
    for (const { call, file } of codebase.index.methods('set', 'setex', 'setEx', 'put')) {
      if (call.callee.type !== 'MemberExpression' || !isCache(call.callee.object, file, codebase)) continue
      const around = functionAround(call)
      const key = around && constantText(call.arguments[0], file)
      if (!around || key === undefined || !requestOf(codebase, call)) continue
      const text = file.text.slice(around.start, around.end)
      if (
        together.test(text) ||
        !reads(around, pathOf(call.callee.object), key, file) ||
        !works(around, file, codebase)
      )
        continue
      yield { file, node: call, message: `Every request that misses \`${key}\` fills it anew, all at once.` }
    }
  },
}

function isCache(object: Node, file: SourceFile, codebase: Codebase): boolean {
  const name = codebase.meanings.nameOf(object, file)
  return name === '' ? /(^|\.)(redis\w*|cache\w*|\w*Cache|\w*Redis)$/.test(pathOf(object)) : caches.test(name)
}

/** A text that is the same for every request. */
function constantText(node: Node | undefined, file: SourceFile): string | undefined {
  const text = literalText(node)
  if (text !== undefined || node?.type !== 'Identifier') return text
  const binding = lookUp(file.scopes, node, node.name)
  return binding?.path.length === 0 && binding.kind === 'const' ? literalText(binding.init) : undefined
}

function reads(around: FunctionNode, object: string, key: string, file: SourceFile): boolean {
  return file.calls.some(
    (call) =>
      contains(around, call) &&
      call.callee.type === 'MemberExpression' &&
      keyOf(call.callee) === 'get' &&
      pathOf(call.callee.object) === object &&
      constantText(call.arguments[0], file) === key,
  )
}

/** Whether a function asks a database for more than one row, or another service. */
function works(around: FunctionNode, file: SourceFile, codebase: Codebase): boolean {
  const inside = (item: { file: SourceFile; call: Node }) => item.file === file && contains(around, item.call)
  return (
    codebase.queries.some((query) => query.kind !== 'find-one' && !query.chain.includes('first') && inside(query)) ||
    codebase.asyncWork.outgoing.some(inside)
  )
}
