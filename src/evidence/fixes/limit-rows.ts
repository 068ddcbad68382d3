import { literalText, propertyOf } from '../parse/ast.ts'
import { addOption, replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Reads the first fifty rows; the caller asks for the next. */
export const limitRows: CodeFix = ({ node, file, codebase }) => {
  const query = codebase.queries.find(({ call }) => call === node)
  if (!query || query.callback) return undefined
  if (query.kind === 'raw') {
    const text = query.sql && literalText(query.sql)
    if (!query.sql || text === undefined || /['`\\]/.test(text)) return undefined
    const limited = `${text.replace(/[\s;]+$/, '')} LIMIT 50`
    return { edits: [replace(query.sql, text.includes('\n') ? `\`${limited}\`` : `'${limited}'`)] }
  }
  const last = { start: query.call.end, end: query.call.end, text: '.limit(50)' }
  if (/^(mongoose|mongodb)/.test(query.client) && query.method === 'find') return { edits: [last] }
  if (/^(knex|drizzle)/.test(query.client) && query.method === 'select' && !query.chain.includes('from'))
    return { edits: [last] }
  const option = optionFor(query.client, query.method)
  const first = query.call.arguments[0]
  if (!option || (query.client === 'typeorm' && first && !isOptions(first))) return undefined
  const edit = addOption(query.call, 0, option, file)
  return edit && { edits: [edit] }
}

function isOptions(node: Parameters<typeof propertyOf>[0]): boolean {
  return ['where', 'relations', 'order', 'select'].some((name) => propertyOf(node, name) !== undefined)
}

function optionFor(client: string, method: string): string | undefined {
  if (method === 'findMany') return 'take: 50'
  if (method === 'findAll') return client.startsWith('@mikro-orm') ? undefined : 'limit: 50'
  return client === 'typeorm' && method === 'find' ? 'take: 50' : undefined
}
