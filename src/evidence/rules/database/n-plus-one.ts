import type { Codebase } from '../../codebase.ts'
import { verbOf } from '../../facts/query-verb.ts'
import { repeatOf } from '../../facts/repetition.ts'
import { ancestor, functionAround, pathOf, type CallNode, type Node } from '../../parse/ast.ts'
import { lineAt, type SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf, textOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import {
  endsTurns,
  isAsked,
  isBatched,
  isByLevels,
  isOfFew,
  isPartOfOne,
  isShort,
  runsForFew,
} from './n-plus-one/loops.ts'
import { queryingFunctions } from './n-plus-one/querying-functions.ts'
import { inResolvers } from './n-plus-one/resolvers.ts'

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
        'const rows = await User.find({ _id: { $in: ids } }).lean()\nconst byId = new Map(rows.map((row) => [String(row._id), row]))',
      Prisma:
        'const rows = await prisma.user.findMany({ where: { id: { in: ids } } })\nconst byId = new Map(rows.map((row) => [row.id, row]))',
      TypeORM:
        'const rows = await users.findBy({ id: In(ids) })\nconst byId = new Map(rows.map((row) => [row.id, row]))',
      Sequelize:
        'const rows = await User.findAll({ where: { id: ids } })\nconst byId = new Map(rows.map((row) => [row.id, row]))',
      any: 'SELECT id, name FROM users WHERE id IN (:ids)',
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1073.html', 'https://github.com/graphql/dataloader'],
  *find(codebase) {
    const turns = [...directly(codebase), ...throughFunctions(codebase)]
    // One loop is one finding, however many queries it runs.
    for (const found of Map.groupBy(turns, ({ loop }) => loop).values()) {
      const [first, ...rest] = found.toSorted((one, other) => rank(one.match) - rank(other.match))
      if (first) yield { ...first.match, also: otherLines(first, rest) }
    }
    yield* inResolvers(codebase)
  },
}

/** What is said of rows that are made or removed one by one. */
const ofChange: Readonly<Record<string, Words>> = {
  insert: {
    fix: {
      say: 'Collect the rows in the loop, and insert them by one statement after it.',
      code: {
        Mongoose: 'await Product.insertMany(products)',
        Prisma: 'await prisma.product.createMany({ data: products })',
        TypeORM: 'await products.insert(newProducts)',
        Sequelize: 'await Product.bulkCreate(products)',
        any: 'INSERT INTO products (id, name) VALUES (:id1, :name1), (:id2, :name2)',
      },
    },
  },
  list: {
    fix: {
      say: 'Ask once for the rows of all, and put them to what they belong to; where each is shown a few only, let the database number them.',
      code: {
        Mongoose:
          'const rows = await Comment.find({ post: { $in: ids } }).lean()\nconst byPost = new Map(ids.map((id) => [String(id), []]))\nfor (const row of rows) byPost.get(String(row.post))?.push(row)',
        Prisma:
          'const posts = await prisma.post.findMany({ where: { id: { in: ids } }, include: { comments: { take: 10 } } })',
        TypeORM: 'const found = await posts.find({ where: { id: In(ids) }, relations: { comments: true } })',
        Sequelize: 'const posts = await Post.findAll({ where: { id: ids }, include: Comment })',
        any: 'SELECT id, post_id, text FROM comments WHERE post_id IN (:ids)',
      },
    },
  },
  delete: {
    fix: {
      say: 'Remove them by one statement.',
      code: {
        Mongoose: 'await Product.deleteMany({ _id: { $in: ids } })',
        Prisma: 'await prisma.product.deleteMany({ where: { id: { in: ids } } })',
        TypeORM: 'await products.delete(ids)',
        Sequelize: 'await Product.destroy({ where: { id: ids } })',
        any: 'DELETE FROM products WHERE id IN (:ids)',
      },
    },
  },
}

/** What is said of changes behind a function of the project: what it does for each row is not known. */
const byFunction: Words = {
  fix: {
    say: 'Let the function take the whole list and write it once; where hooks or checks of each row have to run, keep the loop and do not start all turns at once.',
    code: {},
  },
}

/** What is said of rows that each get values of their own. */
const ofRows: Words = {
  fix: {
    say: 'Where there may be many, change them by one statement.',
    code: {
      Prisma:
        'await prisma.$transaction(\n  products.map(({ id, price }) => prisma.product.update({ where: { id }, data: { price } })),\n)',
      Mongoose:
        'await Product.bulkWrite(\n  products.map(({ id, price }) => ({ updateOne: { filter: { _id: id }, update: { price } } })),\n)',
      any: 'UPDATE products\nSET price = CASE id WHEN 1 THEN 10 WHEN 2 THEN 20 END\nWHERE id IN (1, 2);',
    },
  },
}

/** A query of a loop, and the line it stands on. */
type Turn = { loop: Node; line: number; match: Match }

/** A call may be a query by its name and run one too: its line is told once. */
function otherLines(first: Turn, rest: readonly Turn[]): { path: string; line: number }[] {
  const lines = new Set(rest.map(({ line }) => line))
  lines.delete(first.line)
  return [...lines].map((line) => ({ path: first.match.file.path, line }))
}

/** What holds requests up comes first. */
function rank({ severity }: Match): number {
  return severity === undefined ? 0 : severity === 'low' ? 1 : 2
}

function* directly(codebase: Codebase): Iterable<Turn> {
  for (const query of codebase.queries) {
    const loop = query.repeatedBy
    if (query.file.kind !== 'production' || !loop || /Raw(Unsafe)?$|^(raw|literal)$/.test(query.method)) continue
    if (query.kind === 'sync' || query.kind === 'insert-many' || isBatched(loop, query.file)) continue
    if (isShort(loop, query.file) || isByLevels(loop, query.call, query.file)) continue
    if (runsForFew(query.call, loop)) continue
    const callee = textOf(query.call.callee, query.file, 40)
    const kind = verbOf(query) ?? query.kind
    if (endsTurns(query.call, loop) || (changes.test(kind) && isAsked(query.call))) continue
    const match: Match = {
      file: query.file,
      ...placeIn(loop, query.call, query.file, query.line),
      ...weightOf(codebase, query.call, loop, kind),
      ...(isSetApart(query.call, loop, changes.test(kind)) ? { severity: 'info' as const } : {}),
      ...wordsFor(kind === 'find-many' ? 'list' : kind),
      message: `\`${callee}\` on line ${query.line} runs once for each turn of this loop.`,
    }
    yield { loop, line: query.line, match }
  }
}

function wordsFor(kind: string): Pick<Match, 'words'> {
  const words = kind === 'update' ? ofRows : ofChange[kind]
  return words ? { words } : {}
}

/** The loop; of a long one, the call in it. */
function placeIn(loop: Node, call: Node, file: SourceFile, line: number): Pick<Match, 'node' | 'line'> {
  return lineOf(loop, file) + 12 < lineAt(file.lineStarts, loop.end) ? { node: call, line } : { node: loop }
}

/** What runs when the process starts or beside requests holds nobody up. */
function weightOf(codebase: Codebase, node: Node, loop: Node, kind?: string): Pick<Match, 'severity'> {
  if (!requestOf(codebase, node)) return { severity: 'info' }
  // Each row gets values of its own: one statement for all is more work than it is worth for a few.
  return kind === 'update' || isPartOfOne(loop) || isOfFew(loop) ? { severity: 'low' } : {}
}

/** One failure shall not stop the others: each write has a `try` of its own, whose `catch` goes on. */
function isSetApart(call: CallNode, loop: Node, writes: boolean): boolean {
  const attempt = ancestor(call, (at) => at.type === 'TryStatement', loop)
  if (attempt?.type !== 'TryStatement' || attempt.start < loop.start || !attempt.handler) return false
  return writes && attempt.handler.body.body.every((statement) => statement.type !== 'ThrowStatement')
}

/** A function that runs, sends or builds something and asks the database on the way is not made one query. */
function doesWork(call: CallNode): boolean {
  const name = pathOf(call.callee).split('.').at(-1) ?? ''
  return /^(run|exec|process|perform|start|handle|iterate|visit|walk|send|notify|dispatch|trigger|fire|publish|schedule|generate|build|retry|migrate|deploy|install)/i.test(
    name,
  )
}

const changes = /^(insert|update|delete|upsert)/

/** `deleteOrder`, `this.rows.addMember`: named for what it changes, whatever it looks at on the way. */
function namesChange({ callee }: CallNode): boolean {
  const name = pathOf(callee).split('.').at(-1) ?? ''
  return /^(bulk)?(insert|upsert|update|delete|remove|add|append|save|store|persist|create|record|mark|archive|restore|link|unlink|attach|detach|assign|revoke)/i.test(
    name,
  )
}

/** `acquireLock`, `lockRow`: one after the other and in one order is how locks are taken. */
function takesLock({ callee }: CallNode): boolean {
  return /(^|[._a-z])(un)?lock([A-Z]|s?$)|acquire|release(Lock|Lease)|Lease\b/.test(
    pathOf(callee).split('.').at(-1) ?? '',
  )
}

/** `getCachedTree()`: the query is for what the cache does not hold. */
function asksCache({ callee }: CallNode): boolean {
  return /cached|fromCache|memoiz/i.test(pathOf(callee).split('.').at(-1) ?? '')
}

/** A loop that calls a project function which runs a query; one that only writes is not made one statement by its caller. */
function* throughFunctions(codebase: Codebase): Iterable<Turn> {
  const querying = queryingFunctions(codebase)
  const reading = queryingFunctions(codebase, (query) => !changes.test(verbOf(query) ?? query.kind))
  for (const { call, file, target } of codebase.calls.linkedTo(querying)) {
    if (!functionAround(call)) continue
    const loop = repeatOf(call)
    if (!loop || isBatched(loop, file) || isShort(loop, file) || runsForFew(call, loop)) continue
    const isChange = namesChange(call) || !reading.has(target.node)
    if (takesLock(call) || asksCache(call) || endsTurns(call, loop) || (isChange && isAsked(call))) continue
    const line = lineOf(call, file)
    const match: Match = {
      file,
      ...placeIn(loop, call, file, line),
      ...(isChange ? { words: byFunction } : {}),
      ...(doesWork(call) || isSetApart(call, loop, isChange)
        ? { severity: 'info' as const }
        : weightOf(codebase, call, loop, isChange ? 'update' : undefined)),
      confidence: 'medium',
      message: `\`${textOf(call.callee, file, 40)}\` on line ${line} runs a query, once for each turn of this loop.`,
    }
    yield { loop, line, match }
  }
}
