import { functionAround, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { fewRows } from './small-tables.ts'

export const leadingWildcard: Rule = {
  id: 'leading-wildcard',
  category: 'leading-wildcard',
  severity: 'low',
  confidence: 'high',
  title: 'A search pattern starts with a wildcard',
  why: 'An index is sorted by the start of the text, so every row is read.',
  effects: { latency: 'Grows with the number of rows.' },
  fix: {
    say: 'Use a full-text or trigram index.',
    code: {
      Mongoose: "productSchema.index({ name: 'text' })\nawait Product.find({ $text: { $search: words } }).limit(50)",
      MySQL:
        'CREATE FULLTEXT INDEX products_name ON products (name);\nSELECT id, name FROM products WHERE MATCH (name) AGAINST (? IN BOOLEAN MODE) LIMIT 50;',
      SQLite:
        "CREATE VIRTUAL TABLE product_texts USING fts5(name, content='products');\nSELECT rowid FROM product_texts WHERE product_texts MATCH ? LIMIT 50;",
      any: '-- PostgreSQL\nCREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX products_name_trgm ON products USING gin (name gin_trgm_ops);',
    },
  },
  sources: ['https://use-the-index-luke.com/sql/where-clause/searching-for-ranges/like-performance-tuning'],
  *find(codebase) {
    if (codebase.queries.length === 0) return
    for (const file of codebase.production) yield* patternsIn(file)
  },
}

/** What narrows a search to the rows of one owner before the pattern is looked at. */
const owners = /\b(organi[sz]ation|tenant|workspace|team|project|account|user|owner|company|shop|store|merchant)_?id\b/i

/** One search looks at several columns; it is one place. */
const patternsIn = once((file: SourceFile): Match[] =>
  [...Map.groupBy(patternNodes(file), (node) => functionAround(node)).values()].flatMap((nodes) => {
    const [first, ...rest] = nodes
    if (!first) return []
    const around = functionAround(first)
    return [
      {
        file,
        node: first,
        also: rest.map((node) => ({ path: file.path, line: lineOf(node, file) })),
        ...((around && owners.test(file.text.slice(around.start, around.end))) || isOfFew(first, file)
          ? { severity: 'info' as const }
          : {}),
        message: 'The pattern starts with `%`.',
      },
    ]
  }),
)

/** `ilike(platforms.name, …)`: all rows of a table that has a handful are soon read. */
function isOfFew(node: Node, file: SourceFile): boolean {
  const table = /(\w+)\.\w+\s*,\s*$/.exec(before(node, file))?.[1]
  return table !== undefined && fewRows.test(table)
}

function patternNodes(file: SourceFile): Node[] {
  if (!file.text.includes('%')) return []
  const literals = file.literals.filter(
    (literal) =>
      (typeof literal.value === 'string' && opensPattern.test(literal.value)) ||
      (literal.value === '%' &&
        literal.parent?.type === 'BinaryExpression' &&
        literal.parent.left === literal &&
        /like|search|\[Op|where|contains/i.test(before(literal, file))),
  )
  const templates = file.templates.filter((template) => {
    const text = file.text.slice(template.start, template.end)
    return (
      /\bi?like\s+'?%\$\{/i.test(text) ||
      (text.startsWith('`%${') && /like/i.test(before(template, file))) ||
      opensPattern.test(text)
    )
  })
  return [...literals, ...templates].toSorted((one, other) => one.start - other.start)
}

/** `like '%` with a value behind it; `like '%.png'` asks for one end that the code knows. */
const opensPattern = /\bi?like\s+'?%(?![^'$?:{]+')/i

function before(node: Node, file: SourceFile): string {
  return file.text.slice(Math.max(0, node.start - 120), node.start)
}
