import type { Codebase } from '../../../codebase.ts'
import type { Handler } from '../../../facts/handlers.ts'
import type { Trace } from '../../../facts/trace.ts'
import { functionAround, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, lineOf } from '../../places.ts'

/** Where the input is taken apart, when it is, else where it is read. */
export function placeOf(trace: Trace): { node: Node; line: number } {
  const { node, file } = trace.source
  const whole = node.parent?.type === 'VariableDeclarator' ? node.parent : node
  return { node: whole, line: lineOf(whole, file) }
}

/** Whether input gets to a query of the given kind with nothing in its handler that looks at it. */
export function needsCheck(codebase: Codebase, trace: Trace, handler: Handler, kind: string): boolean {
  if (isValidated(codebase, trace) || trace.marks.has('sanitized')) return false
  const text = toldText(handler)
  if (!/^(body|query|params|url)$/.test(trace.kind)) return false
  if (/^(params|url)$/.test(trace.kind) && kind !== 'raw') return false
  return !usesSchema(text) && !checksField(trace, text)
}

/** What runs the query looks at its input before: `const { isValid } = validateLogin(given); if (!isValid) throw …`. */
export function isCheckedOnTheWay(call: Node, file: SourceFile, handler: Handler): boolean {
  const around = functionAround(call)
  if (!around || around === handler.node) return false
  return /\b(\w*[vV]alidat\w*|safeParse|assert\w+)\(|\b\w*[sS]chema\.parse\(/.test(
    file.text.slice(around.start, call.start),
  )
}

/** What a handler does and says it does: `// Check the coordinates` stands above a check, `// No validation` above none. */
export function toldText({ node, file }: Handler): string {
  const text = node.body ? file.text.slice(node.body.start, node.body.end) : ''
  return text.replace(denied, '')
}

const denied =
  /\/\/[^\n]*\b(no|not|without|missing|lacks?|never|skip\w*|todo|fixme|insecure|vulnerab\w*)\b[^\n]{0,40}\b(valid|check|sanit|verif)[^\n]*/gi

/** The handler hands its input to something that checks it as a whole. */
export function usesSchema(text: string): boolean {
  return /validat(?!eBeforeSave)|(?<!url|URL|JSON|qs|querystring)\.parse\(\s*(req|ctx)|safeParse|Joi|schema|check(Body|Input|Params|Query)|assert/i.test(
    text,
  )
}

/** Some check of type, length or pattern of this value, by the names it goes by; of any value when it has no name. */
export function checksField(trace: Trace, text: string): boolean {
  const names = [trace.keys.at(-1), ...trace.bindings.map((binding) => binding.name)].filter(
    (name) => name !== undefined && !/^(req|request|ctx|c|res|body|\[\]|\*)$/.test(name),
  )
  const known = names.length > 0 ? names : fieldsOfBody(text)
  return known.some((name) => {
    const value = String.raw`[\w.?]*\b${(name ?? '').replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\b`
    return new RegExp(
      String.raw`\.(test|includes|has)\(\s*${value}|\b(is[A-Z]\w*|isNaN|Number|parseInt|parseFloat|Boolean|check\w*|\w*\.parse)\([^)]*${value}|typeof ${value}|${value}(\)?\.length|\??\.match\(|\s*(<|>)=?[\s\d])`,
    ).test(text)
  })
}

/** Fields that a handler takes out of the body it passes on whole. */
export function fieldsOfBody(text: string): string[] {
  const body = String.raw`\b(?:req|request|ctx(?:\.request)?)\.body\b`
  const whole = new RegExp(String.raw`\b(\w+)\s*=\s*(?:await\s+)?${body}(?!\.\w)`).exec(text)?.[1]
  const read = [
    ...text.matchAll(new RegExp(String.raw`(?:${body}${whole ? String.raw`|\b${whole}\b` : ''})\??\.(\w+)`, 'g')),
  ]
  const taken = [
    ...text.matchAll(
      new RegExp(String.raw`\{([^{}]*)\}\s*=\s*(?:${body}${whole ? String.raw`|${whole}\b` : ''})`, 'g'),
    ),
  ]
  return [
    ...(whole ? [whole] : []),
    ...read.map((match) => match[1] ?? ''),
    ...taken.flatMap((match) => (match[1] ?? '').split(',').map((part) => part.replace(/[=:].*/s, '').trim())),
  ].filter((name) => /^\w+$/.test(name))
}
