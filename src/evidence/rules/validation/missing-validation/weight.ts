import type { Codebase } from '../../../codebase.ts'
import { isForAdministrators } from '../../../facts/access-control.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Query } from '../../../facts/queries.ts'
import type { Trace } from '../../../facts/trace.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import { routesOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { fieldsOfBody, toldText } from './checks.ts'

/** What an application acts on, counts with or writes to: a value that makes no sense does harm there. */
const actedOn =
  /(^|_)(roles?|admin|permissions?|verified|privileges?|plan|status|e-?mails?|passw(or)?d|price|amount|cost|total|sum|balance|credits?|points|quantity|qty|stock|discount|rating|stars|score|fee|salary|rate|percent(age)?|age|limit|capacity|duration)(_|$)/i

/** Text that goes into a column of text weighs little: the database refuses other types, and nothing is done with it. */
export function weightOf(codebase: Codebase, handler: Handler, fields: readonly string[]): Pick<Match, 'severity'> {
  const routes = routesOf(codebase, handler.node)
  const isForFew = routes.length > 0 && routes.every(isForAdministrators)
  return isForFew || !fields.some(isActedOn) ? { severity: 'low' } : {}
}

/** `unitPrice` and `is_admin` by their words. */
function isActedOn(name: string): boolean {
  return actedOn.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2'))
}

/** The fields of a request that a handler stores: those it names, or all there are where it takes the body whole. */
export function storedFields(codebase: Codebase, trace: Trace, handler: Handler, query: Query): string[] {
  const named = [...trace.keys.slice(-1), ...fieldsOfBody(toldText(handler)), ...typedFields(handler)]
  return named.length > 0 ? named : (schemaOf(codebase, query)?.fields.map(({ name }) => name) ?? [])
}

/** `@Body() body: { name: string; status?: string }` */
function typedFields({ node, file, inputs }: Handler): string[] {
  return node.params.flatMap((parameter) => {
    const text = file.text.slice(parameter.start, parameter.end)
    const isBody = [...inputs].some(([name, kind]) => kind === 'Body' && new RegExp(`\\b${name}\\b`).test(text))
    return isBody ? [...text.matchAll(/[{;,\n]\s*(\w+)\??\s*:/g)].map((match) => match[1] ?? '') : []
  })
}
