import { keyOf, literalText, pathOf, propertyOf, type CallNode, type Node, type Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** The name of the setting a text stands in for where nobody sets it, when a call says so. */
export function settingWithDefault(literal: Node): string | undefined {
  const { parent } = literal
  if (parent?.type === 'CallExpression') return ofReading(parent, literal) ?? ofShape(parent, literal)
  if (parent?.type === 'Property' && keyOf(parent) === 'default') return ofDescription(parent)
  return undefined
}

/** `config.get('JWT_SECRET', 'secret')`, `env('JWT_SECRET', 'secret')`; not `get('JWT_SECRET', 'secret', requiredInProduction)`. */
function ofReading({ callee, arguments: [name, given, ...more] }: CallNode, literal: Node): string | undefined {
  const called = callee.type === 'MemberExpression' ? (keyOf(callee) ?? '') : pathOf(callee)
  const isReading = /^(get(OrDefault|Item|String|\w*(env|config|setting|secret)\w*)?|env|str(ing)?)$/i.test(called)
  if (
    given !== literal ||
    !isReading ||
    isVariable(literalText(given)) ||
    isTypeName(literalText(given)) ||
    more.some((option) => /require|production/i.test(pathOf(option))) ||
    /(cookie|header|param|quer|cache|store|redis|map|session)\w*$/i.test(of(callee))
  )
    return undefined
  return literalText(name)?.split(/[.:]/).at(-1)
}

/** `env('JWT_SECRET', 'string', '')` says how the setting is read. */
function isTypeName(text: string | undefined): boolean {
  return /^(str(ing)?|int(eger)?|num(ber)?|bool(ean)?|json|url|array|port)$/.test(text ?? '')
}

function of(callee: Node): string {
  return callee.type === 'MemberExpression' ? pathOf(callee.object) : ''
}

/** `JWT_SECRET: Joi.string().default('secret')`. */
function ofShape(call: CallNode, literal: Node): string | undefined {
  if (keyOf(call.callee) !== 'default' || call.arguments[0] !== literal) return undefined
  let at: Node = call
  while (at.parent?.type === 'MemberExpression' && at.parent.parent?.type === 'CallExpression') at = at.parent.parent
  return ofVariable(at)
}

/** `JWT_SECRET: str({ default: 'secret' })`, `secret: { default: 'secret', env: 'JWT_SECRET' }`. */
function ofDescription(property: Of<'Property'>): string | undefined {
  const description = property.parent
  const holder = description?.parent
  if (!description || !holder) return undefined
  const variable = literalText(propertyOf(description, 'env'))
  if (variable !== undefined) return variable
  return holder.type === 'CallExpression' && /^(str|string|makeValidator)$/.test(pathOf(holder.callee))
    ? ofVariable(holder)
    : undefined
}

/** Variables of the environment are written in capitals; fields of a request are not. */
function ofVariable(value: Node): string | undefined {
  const { parent } = value
  const name = parent?.type === 'Property' && parent.value === value ? keyOf(parent) : undefined
  return isVariable(name) ? name : undefined
}

function isVariable(name: string | undefined): name is string {
  return name !== undefined && /^[A-Z][A-Z0-9_]+$/.test(name)
}

/** `const { JWT_SECRET = 'secret' } = process.env`. */
export function isDefaultOfEnvironment(pattern: Of<'AssignmentPattern'>, file: SourceFile): boolean {
  const declared = pattern.parent?.parent?.parent
  return (
    declared?.type === 'VariableDeclarator' &&
    declared.init !== null &&
    /^process\??\.env$/.test(file.text.slice(declared.init.start, declared.init.end))
  )
}
