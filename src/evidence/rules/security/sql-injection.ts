import type { Codebase } from '../../codebase.ts'
import { isHandedOn } from '../../facts/sql-helpers.ts'
import { sqlStart, sqlText } from '../../facts/sql-text.ts'
import { iterationOf } from '../../facts/repetition.ts'
import type { Trace } from '../../facts/trace.ts'
import { isOfFewWords, writtenType } from '../../facts/written-types.ts'
import { ancestor, functionAround, literalText, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp, type Binding } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { inOne } from '../matches.ts'
import { isChecked } from '../checked-values.ts'
import { lineOf, sourceText } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { piecesOf } from './sql-injection/pieces.ts'

export const sqlInjection: Rule = {
  id: 'sql-injection',
  category: 'sql-injection',
  severity: 'critical',
  confidence: 'high',
  title: 'SQL text is built from values',
  why: 'A value that is put into the text of a query can change what the query does: read other tables, skip the password check, delete rows.',
  effects: { safety: 'Anyone who controls the value reads or changes the whole database.' },
  fix: {
    say: 'Pass values as parameters; choose column names from a fixed list.',
    code: {
      Prisma: 'const rows = await prisma.$queryRaw`SELECT id, name FROM users WHERE login = ${login}`',
      TypeORM: "const rows = await users.createQueryBuilder('u').where('u.login = :login', { login }).getMany()",
      Sequelize:
        "const rows = await sequelize.query('SELECT id, name FROM users WHERE login = :login', {\n  replacements: { login },\n  type: QueryTypes.SELECT,\n})",
      MySQL: "pool.query('SELECT id, name FROM users WHERE login = ?', [login], (error, rows) => answer(error, rows))",
      SQLite: "const rows = db.prepare('SELECT id, name FROM users WHERE login = ?').all(login)",
      Knex: "const rows = await knex.select('id', 'name').from('users').where({ login })",
      any: "const { rows } = await pool.query('SELECT id, name FROM users WHERE login = $1', [login])",
      NestJS: "await this.dataSource.query('SELECT id, name FROM users WHERE login = $1', [login])",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    for (const query of codebase.queries) {
      if (!query.sql || query.file.kind !== 'production') continue
      const built = builtText(query.sql, query.file)
      // SQL text that a helper only hands on is reported where its callers build it.
      if (!built || isHandedOn(query)) continue
      const open = openPieces(codebase, built, query.sql, query.file)
      const [first, ...others] = open
      if (first) {
        const isFar =
          built.end < query.call.start && query.file.text.slice(built.end, query.call.start).split('\n').length > 4
        const run = { path: query.file.path, line: lineOf(query.call, query.file) }
        yield isFar ? { ...first, also: [...(first.also ?? []), run] } : first
        yield* others
        continue
      }
      const value = !codebase.flow.trace(query.sql, query.file, sqlKeys) && parameterIn(built, query.file, codebase)
      if (value && sqlStart.test(sqlText(query.sql, query.file) ?? '')) {
        yield {
          file: query.file,
          node: built,
          severity: 'medium',
          confidence: 'medium',
          message: `SQL text is built from \`${value}\`, a value this function is given.`,
        }
      }
    }
  },
}

/** The parts of a text that take in request input unchecked; the whole where its parts do not show. */
function openPieces(codebase: Codebase, built: Node, sql: Node, file: SourceFile): Match[] {
  const tell = (place: Node, value: Node): Match[] => {
    const trace = codebase.flow.trace(value, file, sqlKeys)
    if (!trace || trace.marks.has('sql') || trace.marks.has('sanitized') || isChecked(trace, sql, file)) return []
    if (isTypedArgument(trace)) return []
    const message = `SQL text is built from request input ${sourceText(trace, file, place)}.`
    return [{ file, node: place, message, steps: trace.steps, ...(isAdded(place) ? { words: added } : {}) }]
  }
  const pieces = piecesOf(built, file)
  const found = pieces.flatMap(({ node, values }) => values.flatMap((value) => tell(node, value)).slice(0, 1))
  if (found.length === 0) return tell(built, sql)
  return found.length > mostPieces ? [...inOne(found)] : found
}

/** `args: { orderBy: { type: OrderByInput } }` beside `resolve`: GraphQL lets nothing but its kind through. */
function isTypedArgument({ kind, keys: [name], handler }: Trace): boolean {
  const resolve = handler?.node.parent
  const field = resolve?.type === 'Property' ? resolve.parent : undefined
  if (kind !== 'arguments' || name === undefined || !handler) return false
  const type = propertyOf(propertyOf(propertyOf(field, 'args'), name), 'type')
  return type !== undefined && !/String|JSON|ID\b/.test(handler.file.text.slice(type.start, type.end))
}

/** A query with more of them is put together this way throughout. */
const mostPieces = 3

/** The text in `{ text, values }` and its like: what else such an object holds is no SQL. */
const sqlKeys: ReadonlySet<string> = new Set(['text', 'sql', 'query'])

/** The concatenation or template that makes the text, here or where the name was given its value. */
function builtText(node: Node, file: SourceFile): Node | undefined {
  const inner = unwrap(node)
  if (literalText(inner) !== undefined) return undefined
  if (inner.type === 'TemplateLiteral') return inner.expressions.length > 0 ? inner : undefined
  if (inner.type === 'BinaryExpression') return inner.operator === '+' ? inner : undefined
  if (inner.type !== 'Identifier')
    return inner.type === 'CallExpression' || inner.type === 'MemberExpression' ? inner : undefined
  const binding = lookUp(file.scopes, inner, inner.name)
  if (!binding || binding.kind === 'import') return undefined
  if (binding.kind === 'parameter') return inner
  const values = [...(binding.init ? [binding.init] : []), ...binding.writes]
  return values.map((value) => builtText(value, file)).find((value) => value !== undefined)
}

/** A parameter of the function that goes into the text as it is, unless its name says it is text the code chose. */
function parameterIn(node: Node, file: SourceFile, codebase: Codebase): string | undefined {
  const parts = partsOf(node)
  if (parts.length < 2 || !functionAround(node)) return undefined
  for (const part of parts) {
    const inner = unwrap(part)
    if (
      inner.type !== 'Identifier' ||
      /table|column|cols?$|schema|^db$|database|sql|query|where|clause|order|limit|offset|placeholder|fields?$|alias|index|(table|column|schema|db|database|field|collection|index|constraint|type)_?name$|prefix|timeout|Ms$/i.test(
        inner.name,
      )
    )
      continue
    const binding = lookUp(file.scopes, inner, inner.name)
    if (binding?.kind === 'parameter' && !binding.itemOf) {
      const type = writtenType(binding, file) ?? ''
      if (/number|boolean|Date/.test(type) || (type !== '' && isOfFewWords(type, codebase))) continue
      if (!isAlwaysLiteral(binding, codebase) && !isOfWrittenList(binding, file)) return inner.name
    }
  }
  return undefined
}

/** `modes.map(({ mode }) => …)` over a list that stands in the code. */
function isOfWrittenList({ parameter }: Binding, file: SourceFile): boolean {
  const turn = parameter && iterationOf(parameter.of)
  const list = turn?.callee.type === 'MemberExpression' ? unwrap(turn.callee.object) : undefined
  const value = list?.type === 'Identifier' ? lookUp(file.scopes, list, list.name)?.init : list
  return value !== undefined && unwrap(value).type === 'ArrayExpression'
}

/** Every call writes down what it gives: `addTrigger('insert')`. */
function isAlwaysLiteral({ parameter }: Binding, codebase: Codebase): boolean {
  const sites = parameter ? codebase.calls.sitesOf(parameter.of) : []
  return (
    sites.length > 0 &&
    sites.every(({ call, file }) => {
      const given = call.arguments[parameter?.index ?? 0]
      return given !== undefined && isWritten(given, file, codebase, 0)
    })
  )
}

/** A text that stands in the source, by whatever name it goes. */
function isWritten(node: Node, file: SourceFile, codebase: Codebase, depth: number): boolean {
  const inner = unwrap(node)
  if (depth > 4) return false
  if (literalText(inner) !== undefined) return true
  if (inner.type === 'TemplateLiteral')
    return inner.expressions.every((part) => isWritten(part, file, codebase, depth + 1))
  if (inner.type === 'ConditionalExpression')
    return [inner.consequent, inner.alternate].every((part) => isWritten(part, file, codebase, depth + 1))
  const meaning = inner.type === 'Identifier' ? codebase.meanings.of(inner, file) : undefined
  return (
    meaning?.kind === 'value' && meaning.node !== inner && isWritten(meaning.node, meaning.file, codebase, depth + 1)
  )
}

function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  if (inner.type === 'TemplateLiteral') return [inner, ...inner.expressions]
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return [...partsOf(inner.left), ...partsOf(inner.right)]
  return [inner]
}

/** `sql += …`: conditions that are put together one by one. */
function isAdded(piece: Node): boolean {
  const parent = ancestor(piece, (at) => at.type === 'AssignmentExpression' || at.type.endsWith('Statement'))
  return parent?.type === 'AssignmentExpression' && parent.operator === '+='
}

const added: Words = {
  fix: {
    say: 'Put a placeholder into the text and the value into a list beside it; choose column names from a fixed list.',
    code: {
      Sequelize:
        "const replacements = {}\nif (status) {\n  sql += ' AND status = :status'\n  replacements.status = status\n}\nconst rows = await sequelize.query(sql, { replacements, type: QueryTypes.SELECT })",
      MySQL:
        "const values = []\nif (status) {\n  sql += ' AND status = ?'\n  values.push(status)\n}\npool.query(sql, values, (error, rows) => answer(error, rows))",
      SQLite:
        "const values = []\nif (status) {\n  sql += ' AND status = ?'\n  values.push(status)\n}\nconst rows = db.prepare(sql).all(...values)",
      Prisma:
        "const conditions = [Prisma.sql`TRUE`]\nif (status) conditions.push(Prisma.sql`status = ${status}`)\nconst rows = await prisma.$queryRaw`SELECT id, status FROM orders WHERE ${Prisma.join(conditions, ' AND ')}`",
      any: 'const values = []\nif (status) {\n  values.push(status)\n  sql += ` AND status = $${values.length}`\n}\nconst { rows } = await pool.query(sql, values)',
    },
  },
}
