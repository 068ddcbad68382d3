import { literalText, unwrap, type Node } from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { guardsOf, isValidation } from './access-control.ts'
import type { InputKind } from './request-input.ts'
import { bodyText } from './responses.ts'
import type { Step } from './steps.ts'
import type { Route } from './web.ts'

/**
 * Whether a field is among those that express-validator looks at before the handler of a route; undefined where
 * something else checks as well, or the names are not written out.
 */
export function looksAtField(route: Route, kind: InputKind, field: string): boolean | undefined {
  const fields = fieldsOf(route)
  return fields && [kind, 'check'].some((part) => fields.has(`${part} ${field}`))
}

const fieldsOf = onceFor((route: Route): ReadonlySet<string> | undefined => {
  const checks = guardsOf(route).filter(isValidation)
  const chains = checks.filter((step) => !onlyCollects(step)).map(namedBy)
  const isWritten = chains.length > 0 && chains.every((names) => names !== undefined)
  return isWritten ? new Set(chains.flatMap((names) => names ?? [])) : undefined
})

/** `(req, res, next) => { const errors = validationResult(req) … }` */
function onlyCollects({ function: node, functionFile: file }: Step): boolean {
  const text = node && file ? bodyText(node, file) : ''
  return (
    /\bvalidationResult\(/.test(text) && !/schema|joi\b|\bz\.|\.run\(|\b(check|body|query|param)\(\s*['"[]/i.test(text)
  )
}

const chain = /^express-validator\.(check|body|query|param|cookie|header)\(\)/
const parts: Readonly<Record<string, string>> = { param: 'params', cookie: 'cookies', header: 'headers' }

/** `check('address.city').isLength(…)` looks at `address`. */
function namedBy({ name, node }: Step): string[] | undefined {
  const [, part] = chain.exec(name) ?? []
  const [given] = part === undefined ? [] : rootArguments(node)
  const listed = given?.type === 'ArrayExpression' ? given.elements : [given]
  const names = listed.map((item) => (item ? literalText(item)?.split(/[.[]/)[0] : undefined))
  return part !== undefined && names.every((item) => item !== undefined && item !== '' && !item.includes('*'))
    ? names.map((item) => `${parts[part] ?? part} ${item}`)
    : undefined
}

function rootArguments(node: Node): readonly Node[] {
  const call = unwrap(node)
  if (call.type !== 'CallExpression') return []
  const { callee } = call
  return callee.type === 'MemberExpression' && unwrap(callee.object).type === 'CallExpression'
    ? rootArguments(callee.object)
    : call.arguments
}
