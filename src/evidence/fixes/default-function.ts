import { ancestor, pathOf, type Node } from '../parse/ast.ts'
import { replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Gives a default as a function, which runs for each row. */
export const defaultFunction: CodeFix = ({ node, file, codebase, match }) => {
  if (!match.message.includes('runs once') || node.type !== 'Property') return undefined
  const entity = codebase.entities.find(({ fields }) => fields.some(({ options }) => options && holds(options, node)))
  const { value } = node
  const within = ancestor(node.parent ?? node, ({ type }) => type === 'Property') ?? node
  if (entity?.kind === 'sequelize')
    return pathOf(value.type === 'NewExpression' ? value.callee : value) === 'Date'
      ? { edits: [replace(value, 'DataTypes.NOW')], within }
      : { edits: [replace(value, `() => ${source(value, file)}`)], within }
  if (entity?.kind !== 'mongoose') return undefined
  if (value.type === 'NewExpression') return { edits: [replace(value, 'Date.now')], within }
  const isBare = value.type === 'CallExpression' && value.arguments.length === 0
  return { within, edits: [replace(value, isBare ? source(value.callee, file) : `() => ${source(value, file)}`)] }
}

function holds(outer: Node, inner: Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
