import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import type { Match, Rule, Words } from '../rule.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { keyOf, literalText, propertyOf } from '../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import { atOnce } from '../../parse/once.ts'
import { requestOf, routesOf, textOf } from '../places.ts'

export const missingCache: Rule = {
  id: 'missing-cache',
  category: 'missing-cache',
  severity: 'low',
  confidence: 'high',
  title: 'What stays the same is made anew for each request',
  why: 'Templates are read and compiled again and again; static files are fetched again by every page.',
  effects: {
    latency: 'Disk and compiler time in each request.',
    'event loop': 'Compiling is synchronous in most engines.',
  },
  fix: {
    say: 'Switch caching off in development only.',
    code: { any: "nunjucks.configure('views', { noCache: !isProduction, watch: !isProduction })" },
  },
  sources: [
    'https://mozilla.github.io/nunjucks/api.html#configure',
    'https://expressjs.com/en/advanced/best-practice-performance.html',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const property of switches(file)) {
        const name = keyOf(property)
        const off =
          literalText(property.value) === (name === 'noCache' ? 'true' : 'false') &&
          /view|template|ejs|swig|engine|nunjucks|configure|Environment\(/i.test(
            textOf(property.parent?.parent ?? property, file, 120),
          )
        if (off) yield { file, node: property, message: 'Templates are compiled anew in production too.' }
      }
    }
    for (const { call, file } of codebase.index.methods('set', 'disable')) {
      if (
        literalText(call.arguments[0]) === 'view cache' &&
        (literalText(call.arguments[1]) === 'false' || keyOf(call.callee) === 'disable')
      )
        yield { file, node: call, words: ofViews, message: 'The view cache is switched off.' }
      if (
        literalText(call.arguments[0]) === 'etag' &&
        (literalText(call.arguments[1]) === 'false' || keyOf(call.callee) === 'disable')
      )
        yield {
          file,
          node: call,
          words: unchanged,
          message: 'ETags are switched off: unchanged answers are sent again in full.',
        }
    }
    for (const { call, file } of codebase.index.named(/^express\.static$/)) {
      const options = call.arguments[1]
      // Either of the two tells a browser that nothing has changed.
      if (['etag', 'lastModified'].every((name) => literalText(propertyOf(options, name)) === 'false'))
        yield {
          file,
          node: call,
          words: unchanged,
          message: 'Static files are sent again in full although they have not changed.',
        }
    }
    yield* listsReadEachTime(codebase)
  },
}

const ofViews: Words = {
  fix: {
    say: 'Leave it as it is: with `NODE_ENV=production` Express keeps compiled views.',
    code: { any: "if (process.env.NODE_ENV === 'development') app.disable('view cache')" },
  },
}

const unchanged: Words = {
  title: 'What has not changed is sent again',
  why: 'A browser that may ask whether something has changed gets a short “no” (304) in place of all of it.',
  effects: { latency: 'Bytes that the caller has already.' },
  fix: {
    say: 'Leave what tells changes on; it is by default.',
    code: { Express: "app.use(express.static('public'))" },
  },
}

const ofLists: Words = {
  title: 'A list that changes seldom is read for each request',
  why: 'Every page asks the database for the same rows again.',
  effects: { latency: 'A query in each request.' },
  fix: {
    say: 'Keep it for a minute.',
    code: {
      Prisma:
        "import { createCache } from 'async-cache-dedupe'\n\nconst cache = createCache({ ttl: 60, storage: { type: 'memory' } })\ncache.define('categories', () => prisma.category.findMany())\nconst categories = await cache.categories()",
      TypeORM:
        "import { createCache } from 'async-cache-dedupe'\n\nconst cache = createCache({ ttl: 60, storage: { type: 'memory' } })\ncache.define('categories', () => categories.find())\nconst categories = await cache.categories()",
      Sequelize:
        "import { createCache } from 'async-cache-dedupe'\n\nconst cache = createCache({ ttl: 60, storage: { type: 'memory' } })\ncache.define('categories', () => Category.findAll({ raw: true }))\nconst categories = await cache.categories()",
      SQL: "import { createCache } from 'async-cache-dedupe'\n\nconst cache = createCache({ ttl: 60, storage: { type: 'memory' } })\ncache.define('categories', () => pool.query('SELECT id, name FROM categories').then(({ rows }) => rows))\nconst categories = await cache.categories()",
      any: "import { createCache } from 'async-cache-dedupe'\n\nconst cache = createCache({ ttl: 60, storage: { type: 'memory' } })\ncache.define('categories', () => Category.find().lean())\nconst categories = await cache.categories()",
    },
  },
}

/** Lists that people with a desk keep: they change a few times a month. */
const keptByHand =
  /^(categor(y|ies)|sub_?categor(y|ies)|tags?|brands?|genres?|countr(y|ies)|cit(y|ies)|currenc(y|ies)|languages?|departments?|faqs?|banners?|menus?|site_?settings?|product_?types?)(model|entity|repository|repo|schema|document|table|scope)?$/i

/** `Category.find()` for everyone who looks at a page, with nothing between the route and the database. */
function* listsReadEachTime(codebase: Codebase): Iterable<Match> {
  const lists = codebase.queries.filter((query) => isReadEachTime(query, codebase))
  for (const [first, ...rest] of Map.groupBy(lists, ({ model }) => model).values()) {
    if (!first) continue
    yield {
      file: first.file,
      node: first.call,
      line: first.line,
      confidence: 'medium',
      words: ofLists,
      also: rest.map(({ file, line }) => ({ path: file.path, line })),
      message: `\`${first.model ?? ''}\` changes seldom, and each request reads all of it from the database again.`,
    }
  }
}

function isReadEachTime(query: Query, codebase: Codebase): boolean {
  if (query.kind !== 'find-many' || query.file.kind !== 'production' || !keptByHand.test(query.model ?? ''))
    return false
  const routes = routesOf(codebase, requestOf(codebase, query.call)?.node)
  if (routes.length === 0 || routes.some((route) => route.method !== 'GET') || selects(query)) return false
  // Who keeps the list looks at it seldom.
  if (routes.some((route) => /admin|dashboard|manage/i.test(`${route.path} ${route.file.path}`))) return false
  if (routes.some((route) => route.chain.some((step) => /role|admin|permission/i.test(step.name)))) return false
  return !remembers.test(query.file.text) && !routes.some((route) => remembers.test(route.file.text))
}

const remembers = /cache|redis|memo(ize)?\b|\bttl\b|etag|max-?age|lru/i

/** Some of the rows only: one page, or those that a value picks. */
function selects({ call, chain, file }: Query): boolean {
  if (chain.some((name) => /^(limit|skip|take|where|paginate)$/.test(name))) return true
  const where = propertyOf(call.arguments[0], 'where') ?? call.arguments[0]
  if (where?.type === 'Identifier') return true
  return /\b(req|request|params|query|args|take|limit|skip|offset)\b/.test(file.text.slice(call.callee.end, call.end))
}

const switches = atOnce((file: SourceFile) => goingBy(propertiesOf(file), ['noCache', 'cache']))
