import { functionAround, pathOf, type Node, type Of } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** From one to a hundred rows, whatever the caller asks for: MongoDB takes `-5` for 5, SQLite for all. */
export const boundSize: CodeFix = ({ node, file }) => {
  // What counts the rows to skip goes by the same number.
  const declared = declaredAs(node, file)
  const text = declared && bounded(declared, file)
  if (declared && text !== undefined) return { edits: [replace(declared, text)], within: declared }
  // `+limit` makes a number, and so does what comes in its place.
  const inner: Node = isPlus(node) ? node.argument : node
  const whole = inner === node && inner.parent && isPlus(inner.parent) ? inner.parent : node
  const size = bounded(inner, file)
  if (size === undefined) return undefined
  const isShort = whole.parent?.type === 'Property' && whole.parent.shorthand
  return isShort
    ? { edits: [replace(whole.parent ?? whole, `${source(whole, file)}: ${size}`)] }
    : { edits: [replace(whole, size)] }
}

function bounded(value: Node, file: SourceFile): string | undefined {
  const text = source(value, file)
  if (value.type === 'LogicalExpression') return `Math.min(Math.max(${text}, 1), 100)`
  const isNumber = value.type === 'CallExpression' && /^(Number|parseInt|Number\.parseInt)$/.test(pathOf(value.callee))
  if (!isNumber && value.type !== 'Identifier' && value.type !== 'MemberExpression') return undefined
  return `Math.min(Math.max(${isNumber ? text : `Number(${text})`} || ${usualSize(value, file)}, 1), 100)`
}

/** `{ limit = 5 }`: what the function takes where nothing is said. */
function usualSize(value: Node, file: SourceFile): string {
  const around = value.type === 'Identifier' ? functionAround(value) : undefined
  if (!around || value.type !== 'Identifier') return '20'
  const given = new RegExp(String.raw`[{,]\s*(?:\w+\s*:\s*)?${value.name}\s*=\s*['"]?(\d{1,3})['"]?\s*[,}]`)
  return given.exec(source(around, file))?.[1] ?? '20'
}

/** `const size = Number(req.query.size)` in the same function. */
function declaredAs(node: Node, file: SourceFile): Node | undefined {
  if (node.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, node, node.name)
  const declarator = binding?.node.parent
  if (declarator?.type !== 'VariableDeclarator' || declarator.id !== binding?.node) return undefined
  const isHere = functionAround(declarator) === functionAround(node)
  return isHere && declarator.init?.type !== 'Identifier' ? (declarator.init ?? undefined) : undefined
}

function isPlus(node: Node): node is Of<'UnaryExpression'> {
  return node.type === 'UnaryExpression' && node.operator === '+'
}
