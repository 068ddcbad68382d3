import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { isRoleStep } from '../../../facts/access-control.ts'
import { guardedByOwner, isSignedIn, namesCaller } from '../../../facts/caller.ts'
import { sqlTables } from '../../../facts/sql-tables.ts'
import { onceFor } from '../../../parse/once.ts'
import { codeText } from '../../../parse/code-text.ts'
import { lineOf, routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { sqlUse } from '../../sql-use.ts'
import { isPrivate, ownedModels } from './owned-models.ts'
import { ownerIn } from './owners-in-addresses.ts'
import { isAdministration } from './places.ts'

const accountText =
  /\b(from|update)\s+["`[]?(users?|accounts?|customers?|members?|profiles?)\b[\s\S]*\bwhere\s+[\w."`]*\b(user_?)?id["`]?\s*=/i
const ownerText = /\bwhere\s[\s\S]*\b(user|owner|customer|account|member|patient|student)_?id["`]?\s*=/i

/** One row by nothing but its id, of a table whose rows belong to somebody; what is there to be read stays so. */
function isOwnedRow(text: string, codebase: Codebase): boolean {
  const table = /^\s*(?:update|delete\s+from|select\b[\s\S]*?\bfrom)\s+["`[]?(?:\w+["`\]]?\.["`[]?)?(\w+)/i.exec(
    text,
  )?.[1]
  const where = /\bwhere\s+(.*)$/is.exec(text)?.[1] ?? ''
  if (table === undefined || !/^[\w."`]*\bid["`]?\s*=\s*\S+\s*(returning\b.*|limit\b.*|;)?$/is.test(where)) return false
  if (/^\s*select/i.test(text) && !isPrivate.test(plainModel(table))) return false
  return ownedModels(codebase).has(plainModel(table)) || ownedTables(codebase).has(plainModel(table))
}

function ofTable(text: string): string {
  const table = /\b(?:from|update)\s+["`[]?(\w+)/i.exec(text)?.[1]
  return table === undefined ? '' : ` of \`${table}\``
}

/** Customers and patients are managed by others as often as they sign in themselves. */
const ofUser = /^(user|owner|author|creator|created_by|posted_by|uploaded_by)(_?id)?$/i

/** `freelancer_id INTEGER REFERENCES users(id)`: one who signs in, whatever the column is called. */
function isOfPerson(column: string, type: string): boolean {
  return (
    /\breferences\s+["`[]?(users?|accounts?)\b/i.test(type) && !/updat|approv|review|assign|last|verif/i.test(column)
  )
}

const ownedTables = onceFor(
  (codebase: Codebase) =>
    new Set(
      sqlTables(codebase.texts, codebase.queries)
        .filter(({ fields }) => fields.some(({ name, type }) => ofUser.test(name) || isOfPerson(name, type)))
        .map(({ name }) => plainModel(name)),
    ),
)

/** SQL that picks an account, or what belongs to one, by an id of the request, where nothing looks at the caller. */
export function* ownersInSql(codebase: Codebase): Iterable<Match> {
  const reported = new Set<string>()
  for (const query of codebase.queries) {
    const use = query.file.kind === 'production' ? sqlUse(codebase, query) : undefined
    if (!use) continue
    const { text, values } = use
    const { file, call: node } = query
    if (!/^\s*(select|update|delete)\b/i.test(text)) continue
    if (!accountText.test(text) && !ownerText.test(text) && !isOwnedRow(text, codebase)) continue
    for (const value of values) {
      const trace = codebase.flow.traceId(value, file)
      const handler = trace?.handler
      // `@Param('id') id` has the name alone.
      const named = trace?.keys.at(-1) ?? trace?.source.text
      if (!trace || !handler || !/^(params|query|body)$/.test(trace.kind) || !/(^|_)id$|Id$/.test(named ?? '')) continue
      const routes = routesOf(codebase, handler.node)
      const place = trace.source.file === handler.file ? trace.source : { file, node, line: lineOf(node, file) }
      const key = `${place.file.path}:${place.line}`
      if (
        reported.has(key) ||
        namesCaller(codeText(handler.node, handler.file).replace(/\bres\.render\([\s\S]*?\}\s*\)/g, ''), codebase)
      )
        continue
      if (
        routes.length === 0 ||
        routes.some(
          (route) =>
            !isSignedIn(route, codebase) ||
            // Told by the address already.
            (trace.kind === 'params' && ownerIn(route) === named) ||
            guardedByOwner(route) ||
            isAdministration(route) ||
            route.chain.slice(0, -1).some(isRoleStep),
        )
      )
        continue
      reported.add(key)
      yield {
        file: place.file,
        node: place.node,
        line: place.line,
        severity: 'medium',
        confidence: 'medium',
        message: `\`${trace.source.text}\` picks the row${ofTable(text)}, and nothing asks whose it is.`,
        steps: trace.steps,
      }
    }
  }
}
