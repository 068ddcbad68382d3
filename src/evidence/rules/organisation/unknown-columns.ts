import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import { sqlNames } from '../../facts/sql-names.ts'
import { sqlText } from '../../facts/sql-text.ts'
import { tables } from '../../facts/uniqueness.ts'
import { onceFor } from '../../parse/once.ts'
import { bySentence } from '../matches.ts'
import { lineOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const unknownColumns: Rule = {
  id: 'unknown-columns',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'SQL names a table or a column that the schema does not have',
  why: 'The database refuses the statement each time it runs.',
  effects: { safety: 'The request fails always.', maintenance: 'The code and the schema say different things.' },
  fix: {
    say: 'Name the column as the schema does, or add it by a migration.',
    code: { any: 'SELECT o.*, u.name FROM orders o JOIN users u ON u.id = o.buyer_id' },
  },
  sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
  limits: 'Tables that are created by SQL of the project and by nothing else; whole statements.',
  find(codebase) {
    const schema = readSchema(codebase)
    return schema ? bySentence(mistakes(schema, codebase)) : []
  },
}

function* mistakes(schema: Schema, codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !query.sql) continue
    const told = mistakeIn(query, schema, codebase)
    if (told) yield { file: query.file, node: query.call, line: lineOf(query.sql, query.file), ...told }
  }
}

type Schema = ReadonlyMap<string, ReadonlySet<string>>

/** The tables of the project with their columns; undefined where something else may make or change them. */
const readSchema = onceFor((codebase: Codebase): Schema | undefined => {
  const made = tables(codebase)
  if (
    made.length < 2 ||
    codebase.project.dataClients.some(({ name }) => mappers.test(name)) ||
    [...codebase.texts].some(([path, text]) => isMigration(path, text))
  )
    return undefined
  const schema = new Map<string, Set<string>>()
  for (const { name, fields } of made) {
    const columns = schema.get(name.toLowerCase()) ?? new Set(always)
    for (const field of fields) columns.add(field.name.toLowerCase())
    schema.set(name.toLowerCase(), columns)
  }
  for (const text of codebase.texts.values())
    for (const [, table = '', column = ''] of text.matchAll(added))
      schema.get(table.toLowerCase())?.add(column.toLowerCase())
  return schema
})

/** Libraries that make tables from models. */
const mappers = /^(Prisma|TypeORM|Sequelize|MikroORM|Drizzle|Objection)$/
/** What databases and libraries keep for themselves. */
const foreign = /^(information_schema|pg_\w+|sqlite_\w+|dual|mysql|\w*migrations?|(user_)?sessions?)$/
/** What databases add to each table. */
const always = ['rowid', 'oid', 'ctid', 'xmin', 'tableoid']
const added =
  /\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?["`]?(?:\w+["`]?\.["`]?)?(\w+)["`]?\s+(?:[^;]*?\b)?(?:add|rename)\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?:["`]?\w+["`]?\s+to\s+)?["`]?(\w+)/gi

/** Tables that are made by calls, views, and schemas of other tools. */
function isMigration(path: string, text: string): boolean {
  if (path.endsWith('.prisma')) return true
  return (
    /\.(sql|[cm]?[jt]s)$/.test(path) &&
    /\.createTable\(|\.addColumn\(|createTableIfNotExists\(|sequelize\.sync\(|\bcreate\s+(or\s+replace\s+)?(materialized\s+|temp\w*\s+)?view\b|\bcreate\s+(temp|temporary|unlogged|virtual|foreign)\s+table\b|\binherits\s*\(|\bpartition\s+of\b/i.test(
      text,
    )
  )
}

function mistakeIn(
  query: Query,
  schema: Schema,
  codebase: Codebase,
): Pick<Match, 'message' | 'confidence'> | undefined {
  const text = query.sql && sqlText(query.sql, query.file)
  if (text === undefined || !/^\s*(select|insert|update|delete|with)\b/i.test(text)) return undefined
  const isMysql = codebase.project.dataClients.some(({ package: name }) => /^mysql2?$/.test(name))
  const names = sqlNames(text, !isMysql)
  const missing = names.columns.filter(({ table, column }) => schema.get(table)?.has(column) === false)
  if (missing.length > 0) {
    const columns = [...new Set(missing.map(({ table, column }) => `\`${table}.${column}\``))]
    return { message: `${columns.slice(0, 6).join(', ')}: the schema has no such column, and the statement fails.` }
  }
  const table = [...names.tables].find((name) => !schema.has(name) && !foreign.test(name))
  return table === undefined || !isCovered(schema, codebase)
    ? undefined
    : { confidence: 'medium', message: `Nothing in the project creates the table \`${table}\`: the statement fails.` }
}

/** Most of the tables that queries name are created here: one more is a mistake, and no other database. */
function isCovered(schema: Schema, codebase: Codebase): boolean {
  const named = namedTables(codebase)
  return named.size >= 4 && [...named].filter((name) => schema.has(name)).length >= named.size * 0.6
}

const namedTables = onceFor(
  (codebase: Codebase) =>
    new Set(
      codebase.queries.flatMap(({ sql, file }) => {
        const text = sql && file.kind === 'production' ? sqlText(sql, file) : undefined
        return text === undefined ? [] : [...sqlNames(text, true).tables]
      }),
    ),
)
