import type { Codebase } from '../codebase.ts'
import type { Handler } from '../facts/handlers.ts'
import type { Query } from '../facts/queries.ts'
import { handlerAround } from '../facts/responses.ts'
import { propertyOf } from '../parse/ast.ts'
import { addOption } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const pageSize = 50

/** Reads one page of rows, where the handler around the query can ask which; a limit alone would hide the others. */
export const limitRows: CodeFix = ({ node, file, codebase }) => {
  const query = codebase.queries.find(({ call }) => call === node)
  const handler = query && handlerAround(query.call, codebase.web.handlers)
  const page = handler && pageAskedFor(handler)
  if (!page || query.callback) return undefined
  const skipped = `Math.max(0, Number(${page}) || 0) * ${pageSize}`
  const last = (text: string) => ({ edits: [{ start: query.call.end, end: query.call.end, text }] })
  if (/^(mongoose|mongodb)/.test(query.client) && query.method === 'find')
    // Pages of rows in no order hold some twice, and others never.
    return last(`${query.chain.includes('sort') ? '' : '.sort({ _id: 1 })'}.skip(${skipped}).limit(${pageSize})`)
  if (/^(knex|drizzle)/.test(query.client) && query.method === 'select' && !query.chain.includes('from'))
    return last(`.limit(${pageSize}).offset(${skipped})`)
  const options = optionsFor(query.client, query.method, skipped)
  const first = query.call.arguments[0]
  if (!options || (query.client === 'typeorm' && first && !isOptions(first))) return undefined
  const edit = addOption(query.call, 0, `${options}${orderFor(query, codebase)}`, file)
  return edit && { edits: [edit] }
}

/** The order that pages need, where the query names none and the rows go by `id`. */
function orderFor({ call, client, method, model, file }: Query, { entities }: Codebase): string {
  if (/\border(By)?\b/.test(file.text.slice(call.start, call.end))) return ''
  const fields = entities.find(({ name }) => name.toLowerCase() === model?.toLowerCase())?.fields ?? []
  if (!fields.some(({ name }) => name === 'id')) return ''
  if (method === 'findMany') return ", orderBy: { id: 'asc' }"
  return client === 'typeorm' ? ", order: { id: 'ASC' }" : method === 'findAll' ? ", order: [['id', 'ASC']]" : ''
}

/** The number of the page as the request of a handler has it. */
function pageAskedFor({ framework, request }: Handler): string | undefined {
  if (request === undefined || framework === 'nest' || framework === 'graphql' || framework === 'http') return undefined
  return framework === 'hono' ? `${request}.req.query('page')` : `${request}.query.page`
}

function isOptions(node: Parameters<typeof propertyOf>[0]): boolean {
  return ['where', 'relations', 'order', 'select'].some((name) => propertyOf(node, name) !== undefined)
}

function optionsFor(client: string, method: string, skipped: string): string | undefined {
  const page = `take: ${pageSize}, skip: ${skipped}`
  if (method === 'findMany') return page
  if (method === 'findAll')
    return client.startsWith('@mikro-orm') ? undefined : `limit: ${pageSize}, offset: ${skipped}`
  return client === 'typeorm' && method === 'find' ? page : undefined
}
