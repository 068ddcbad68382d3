import type { Handler } from '../facts/handlers.ts'
import {
  contains,
  functionAround,
  hasSpread,
  isFunction,
  keyOf,
  parameterName,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CodePlace } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

/** Puts a text before a node. */
export function before(node: Node, text: string): Edit {
  return { start: node.start, end: node.start, text }
}

export function replace(node: Node, text: string): Edit {
  return { start: node.start, end: node.end, text }
}

/** Adds properties to an object literal, on a line of their own where the others have one. */
export function addProperties(object: Node, text: string, file: SourceFile): Edit | undefined {
  if (object.type !== 'ObjectExpression') return undefined
  const last = object.properties.at(-1)
  if (!last) return replace(object, `{ ${text} }`)
  const isTall = /\n\s*$/.test(file.text.slice(object.start, object.properties[0]?.start))
  return { start: last.end, end: last.end, text: isTall ? `,\n${indentAt(last, file)}${text}` : `, ${text}` }
}

/** Adds properties to the options of a call, where those are written in it or there are none. */
export function addOption(call: CallNode, index: number, text: string, file: SourceFile): Edit | undefined {
  const options = call.arguments[index]
  if (options?.type === 'ObjectExpression' && !hasSpread(options)) return addProperties(options, text, file)
  const last = call.arguments[index - 1]
  if (options && !isFunction(options)) return undefined
  if (options) return before(options, `{ ${text} }, `)
  if (last) return { start: last.end, end: last.end, text: `, { ${text} }` }
  return index === 0 ? { start: call.end - 1, end: call.end - 1, text: `{ ${text} }` } : undefined
}

export function indentAt(node: Node, file: SourceFile): string {
  const start = file.text.lastIndexOf('\n', node.start - 1) + 1
  return /^\s*/.exec(file.text.slice(start, node.start))?.[0] ?? ''
}

/** The line that loads names from a module, as the file loads others. */
export function loadLine(names: string, from: string, file: SourceFile): string {
  return loadsByImport(file) ? `import { ${names} } from '${from}'` : `const { ${names} } = require('${from}')`
}

export function source(node: Node, file: SourceFile): string {
  return file.text.slice(node.start, node.end)
}

/** The line that loads what a module is as a whole, as the file loads others. */
export function loadWhole(name: string, from: string, file: SourceFile): string {
  return loadsByImport(file) ? `import ${name} from '${from}'` : `const ${name} = require('${from}')`
}

/** Whether a file is an ES module, or is written like one. */
export function loadsByImport(file: SourceFile): boolean {
  return file.imports.length > 0 || /\.([cm]ts|tsx?|mjs)$/.test(file.path)
}

/** Adds a line after a statement, as far in as it is and ended as it is. */
export function lineAfter(statement: Node, line: string, file: SourceFile): Edit {
  return {
    start: statement.end,
    end: statement.end,
    text: `\n${indentAt(statement, file)}${line}${endOf(statement, file)}`,
  }
}

/** Adds a line before a statement, as far in as it is and ended as it is. */
export function lineBefore(statement: Node, line: string, file: SourceFile): Edit {
  const end = line.endsWith('}') ? '' : endOf(statement, file)
  return before(statement, `${line}${end}\n${indentAt(statement, file)}`)
}

/** `;` where a statement ends with it. */
export function endOf(statement: Node, file: SourceFile): string {
  return /(;|\{\s*\n[\s\S]*;\s*\n\s*\})$/.test(source(statement, file)) ? ';' : ''
}

/** An answer that leaves the function a node is in; on two lines where its type says that it gives nothing. */
export function answerAndLeave(answer: string, at: Node, file: SourceFile): string {
  if (!givesNothing(functionAround(at), file)) return `return ${answer}`
  const indent = indentAt(at, file)
  const end = endOf(at, file)
  return `{\n${indent}  ${answer}${end}\n${indent}  return${end}\n${indent}}`
}

/** `async (req, res): Promise<void> => …` */
export function givesNothing(around: FunctionNode | undefined, { text }: SourceFile): boolean {
  if (!around?.body) return false
  const head = text.slice(around.params.at(-1)?.end ?? around.start, around.body.start)
  return /:\s*(Promise<\s*void\s*>|void)\s*(=>\s*)?$/.test(head)
}

/** The `404` in `res.status(404).set(…)`. */
export function statusIn(chain: Node): Node | undefined {
  if (chain.type !== 'CallExpression' || chain.callee.type !== 'MemberExpression') return undefined
  return /^(status|code)$/.test(keyOf(chain.callee) ?? '') ? chain.arguments[0] : statusIn(chain.callee.object)
}

/** The name of what was caught: of a `catch` block, or the first parameter of the callback around. */
export function caughtAround(node: Node): string | undefined {
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    const parameter = at.type === 'CatchClause' ? at.param : isFunction(at) ? at.params[0] : undefined
    if (parameter?.type === 'Identifier' && errorNames.test(parameter.name)) return parameter.name
  }
  return undefined
}

const errorNames = /^_?(e|err|error|ex|exception)$/i

/** The name that takes an error to Express's error handler, with the parameter for it where the handler has none. */
export function passError(handler: Handler, node: Node, file: SourceFile): { name: string; edits: Edit[] } | undefined {
  if (
    handler.framework !== 'express' ||
    handler.error !== undefined ||
    handler.file !== file ||
    !contains(handler.node, node)
  )
    return undefined
  if (handler.next !== undefined) return { name: handler.next, edits: [] }
  const last = handler.node.params.at(-1)
  if (handler.node.params.length !== 2 || !last) return undefined
  return { name: 'next', edits: [{ start: last.end, end: last.end, text: ', next' }] }
}

/** The first function in the way of the Express route that a call adds; undefined for other calls and frameworks. */
export function firstHandler({ node, codebase }: CodePlace): Node | undefined {
  const route = codebase.web.routes.find((item) => item.node === node)
  if (route?.framework !== 'express' || node.type !== 'CallExpression') return undefined
  return node.arguments[node.arguments[0]?.type === 'Literal' ? 1 : 0]
}

/** The callback that a function around was given for its outcome, and that it calls. */
export function calledBack(node: Node, file: SourceFile): { name: string; edits: Edit[] } | undefined {
  for (let around = functionAround(node); around; around = functionAround(around)) {
    const name = parameterName(around.params.at(-1))?.name
    const isCalled = file.calls.some((call) => call.callee.type === 'Identifier' && call.callee.name === name)
    if (name !== undefined && /^(callback|cb|done|next)$/.test(name) && isCalled) return { name, edits: [] }
  }
  return undefined
}
