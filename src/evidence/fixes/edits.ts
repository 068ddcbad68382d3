import type { Handler } from '../facts/handlers.ts'
import { contains, hasSpread, isFunction, type CallNode, type Node } from '../parse/ast.ts'
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

/** Adds properties to an object literal. */
export function addProperties(object: Node, text: string): Edit | undefined {
  if (object.type !== 'ObjectExpression') return undefined
  const last = object.properties.at(-1)
  if (!last) return replace(object, `{ ${text} }`)
  return { start: last.end, end: last.end, text: `, ${text}` }
}

/** Adds properties to the options of a call, where those are written in it or there are none. */
export function addOption(call: CallNode, index: number, text: string): Edit | undefined {
  const options = call.arguments[index]
  if (options?.type === 'ObjectExpression' && !hasSpread(options)) return addProperties(options, text)
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
  return file.imports.length > 0 || /\.([cm]ts|tsx?|mjs)$/.test(file.path)
    ? `import { ${names} } from '${from}'`
    : `const { ${names} } = require('${from}')`
}

export function source(node: Node, file: SourceFile): string {
  return file.text.slice(node.start, node.end)
}

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
