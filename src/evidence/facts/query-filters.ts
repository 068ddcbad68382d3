import { keyOf, propertyOf, type Node } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallGraph } from './call-graph.ts'
import { chainTop } from './promises.ts'
import type { Query } from './queries.ts'
import { managedEntity } from './query-tables.ts'
import { sqlText } from './sql-text.ts'

/** The fields a query compares, as far as its filter is written out: also those of its SQL. */
export function filterNames(query: Query): string[] {
  const { call, file } = query
  if (query.sql) return sqlNames(sqlText(query.sql, file) ?? '')
  if (query.method === 'select') {
    const text = file.text.slice(call.start, chainTop(call).end)
    return [...text.matchAll(/\beq\(\s*\w+\.(\w+)/g)].map((match) => match[1] ?? '')
  }
  // `User.update(values, { where })` of Sequelize has its filter second.
  const where = call.arguments.map((argument) => propertyOf(argument, 'where')).find((value) => value)
  // `row.update({ name })` changes the row at hand.
  if (!where && query.method === 'update' && call.arguments.length === 1) return []
  return namesIn(where ?? call.arguments[managedEntity(call) === undefined ? 0 : 1], file)
}

/** As `filterNames`, once for each caller of a function that is given the filter. */
export function filtersOf(query: Query, calls: CallGraph): string[][] {
  const [filter] = query.sql || query.method === 'select' ? [] : query.call.arguments
  const given = filter?.type === 'Identifier' ? lookUp(query.file.scopes, filter, filter.name) : undefined
  if (!given?.parameter || given.path.length > 0) return [filterNames(query)]
  const { of, index } = given.parameter
  return calls.sitesOf(of).map(({ call, file }) => namesIn(whereOf(call.arguments[index]), file))
}

function whereOf(argument: Node | undefined): Node | undefined {
  return propertyOf(argument, 'where') ?? argument
}

/** The model a query asks, or the table its SQL names first. */
export function subjectOf({ sql, file, model }: Query): string | undefined {
  if (!sql) return model
  const named = /(?<!\bkey\s)\b(?:from|into|update)\s+["'`[]?(?:\w+["`\]]?\.["`[]?)?(\w+)/i.exec(
    sqlText(sql, file) ?? '',
  )
  return named?.[1]
}

/** A model's name without what says that it is a model, or that there are several. */
export function plainModel(name: string | undefined): string {
  return (name ?? '?')
    .toLowerCase()
    .replace(/_?(schema|models?|repository|repo|entity|collection|table)$/, '')
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch)es$/, '$1')
    .replace(/([^s])s$/, '$1')
}

function sqlNames(text: string): string[] {
  const where = /\bwhere\b([\s\S]*)/i.exec(text)?.[1] ?? ''
  return [...where.matchAll(/(?:\b\w+\.)?["`[]?(\w+)["`\]]?\s*(?:=|\bi?like\b)/gi)].map((match) => match[1] ?? '')
}

/** The keys of a filter, of the parts of its `$and` and `$or`, and of the object a name stands for. */
export function namesIn(where: Node | undefined, file: SourceFile): string[] {
  if (where?.type === 'Identifier') {
    const binding = lookUp(file.scopes, where, where.name)
    const value = binding?.kind === 'const' && binding.path.length === 0 ? binding.init : undefined
    return value?.type === 'ObjectExpression' ? namesIn(value, file) : []
  }
  if (where?.type === 'ArrayExpression') return where.elements.flatMap((item) => namesIn(item ?? undefined, file))
  if (where?.type !== 'ObjectExpression') return []
  return where.properties.flatMap((property): string[] => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    const isList = property.value.type === 'ArrayExpression'
    if (isList && (key === undefined || /^(\$and|\$or|AND|OR|and|or)$/.test(key))) return namesIn(property.value, file)
    return key === undefined ? [] : [key]
  })
}
