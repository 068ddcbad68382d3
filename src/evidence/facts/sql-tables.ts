import type { Entity } from './entities.ts'
import { lineOfOffset } from '../parse/source-file.ts'
import type { Query } from './queries.ts'
import { sqlText } from './sql-text.ts'

type Column = Entity['fields'][number]
type Source = { path: string; text: string; sql: string; before: number }

/** Tables that SQL files and SQL in code create, with their columns and what makes those unique or indexed. */
export function sqlTables(texts: ReadonlyMap<string, string>, queries: readonly Query[]): Entity[] {
  if (!queries.some(({ sql }) => sql)) return []
  const files = [...texts].flatMap(([path, text]): Source[] =>
    path.endsWith('.sql') ? [{ path, text, sql: text, before: 0 }] : [],
  )
  const inCode = queries.flatMap(({ sql, file }): Source[] => {
    const text = sql && sqlText(sql, file)
    return sql && text && /\bcreate\b/i.test(text)
      ? [{ ...file, sql: text, before: lineOfOffset(file.text, sql.start) - 1 }]
      : []
  })
  const sources = [...files, ...inCode]
  const added = sources.flatMap(({ sql }) => keysAdded(sql))
  return sources.flatMap((source) => tablesIn(source, added))
}

type Key = { table: string; columns: string[]; unique: boolean }

const name = String.raw`["\x60[]?(?:\w+["\x60\]]?\.["\x60[]?)?(\w+)["\x60\]]?`
const columnList = String.raw`\(([^()]*)\)`
const createTable = new RegExp(String.raw`\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?${name}\s*\(`, 'gi')
const createIndex = new RegExp(
  String.raw`\bcreate\s+(unique\s+)?index\b[^;(]*?\bon\s+${name}\s*(?:using\s+\w+\s*)?${columnList}`,
  'gi',
)
const alterTable = new RegExp(String.raw`\balter\s+table\s+(?:only\s+)?${name}([^;]*)`, 'gi')
const tableKey = new RegExp(
  String.raw`\b(primary\s+key|unique(?:\s+(?:key|index))?|(?:key|index))(?:\s+["\x60]?\w+["\x60]?)?\s*${columnList}`,
  'gi',
)

const foreignKey = new RegExp(
  String.raw`\bforeign\s+key\s*\(\s*["\x60]?(\w+)["\x60]?\s*\)\s*references\s+${name}`,
  'gi',
)

/** Indexes and keys that are given to tables after they were made. */
function keysAdded(sql: string): Key[] {
  const indexes = [...sql.matchAll(createIndex)].map(([, unique, table = '', columns = '']): Key => ({
    table,
    columns: namesIn(columns),
    unique: unique !== undefined,
  }))
  const altered = [...sql.matchAll(alterTable)].flatMap(([, table = '', change = '']) => keysIn(change, table))
  return [...indexes, ...altered]
}

function keysIn(text: string, table: string): Key[] {
  return [...text.matchAll(tableKey)].map(([, kind = '', columns = '']) => ({
    table,
    columns: namesIn(columns),
    unique: /^(primary|unique)/i.test(kind),
  }))
}

function namesIn(columns: string): string[] {
  return columns.split(',').map((column) => /\w+/.exec(column)?.[0] ?? '')
}

function tablesIn({ path, text, sql, before }: Source, added: readonly Key[]): Entity[] {
  return [...sql.matchAll(createTable)].map((match): Entity => {
    const [head, table = ''] = match
    const start = match.index + head.length
    const body = withoutComments(sql.slice(start, endOf(sql, start)))
    const keys = [...keysIn(body, table), ...added.filter((key) => key.table === table)]
    const first = before + lineOfOffset(sql, start)
    const fields = rowsIn(body).flatMap(({ row, line }) => columnOf(row, first + line, keys) ?? [])
    const referred = new Map([...body.matchAll(foreignKey)].map(([, column = '', other = '']) => [column, other]))
    for (const field of fields) {
      const other = referred.get(field.name)
      if (other !== undefined) field.type += ` references ${other}`
    }
    return { name: table, kind: 'sql', file: { path, text }, fields, indexes: '' }
  })
}

/** The lines stay where they are. */
function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]+/g, ''))
}

/** Where the parenthesis that is open at a place closes. */
function endOf(sql: string, start: number): number {
  let depth = 1
  for (let at = start; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1
    if (sql[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  return sql.length
}

/** The parts of a table between commas that stand in no parentheses, with the lines they start on. */
function rowsIn(body: string): { row: string; line: number }[] {
  const rows: { row: string; line: number }[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= body.length; at += 1) {
    if (body[at] === '(') depth += 1
    if (body[at] === ')') depth -= 1
    if (at < body.length && (body[at] !== ',' || depth > 0)) continue
    const row = body.slice(from, at)
    const lead = row.length - row.trimStart().length
    rows.push({ row: row.trim(), line: lineOfOffset(body, from + lead) - 1 })
    from = at + 1
  }
  return rows
}

const noColumn = /^(primary\s+key|foreign\s+key|unique|constraint|key|index|check|exclude|like|fulltext)\b/i

function columnOf(row: string, line: number, keys: readonly Key[]): Column | undefined {
  const column = /^["`[]?(\w+)["`\]]?\s+\S/.exec(row)?.[1]
  if (column === undefined || noColumn.test(row)) return undefined
  const own = /\b(unique|primary\s+key)\b/i.test(row)
  const alone = keys.some(({ columns, unique }) => unique && columns.length === 1 && columns[0] === column)
  const shared = keys.some(({ columns, unique }) => unique && columns.includes(column))
  return {
    name: column,
    line,
    indexed: own || alone || keys.some(({ columns }) => columns[0] === column),
    unique: own || alone || shared,
    hidden: false,
    type: row.slice(0, 120),
    ...(/\breferences\b/i.test(row) ? { foreignKey: true as const } : {}),
  }
}
