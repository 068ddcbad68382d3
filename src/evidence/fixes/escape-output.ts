import { isString, keyOf, type Node } from '../parse/ast.ts'
import { lineStartsOf } from '../parse/source-file.ts'
import { loadWhole, replace, source } from './edits.ts'
import type { CodeFix, TextFix } from './fix-here.ts'

/** How each template language prints a value as it is, and how it escapes it. */
const tags: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  '<%- %>': [[/<%[-~]/g, '<%=']],
  '{{{ }}}': [[/\{\{\{\s*([^{}]+?)\s*\}\}\}/g, '{{ $1 }}']],
  '{{& }}': [[/\{\{&\s*/g, '{{ ']],
  '| safe': [[/\s*\|\s*(safe|raw)\b/g, '']],
  '!=': [
    [/([\w)])!=(?=\s)/g, '$1='],
    [/!\{/g, '#{'],
  ],
}

/** Lets the template language escape what a line of a view prints. */
export const escapeInView: TextFix = ({ file, line, also = [], message }) => {
  const how = /without escaping \(`([^`]+)`\)/.exec(message)?.[1]
  const changes = how === undefined ? undefined : tags[how]
  if (!changes || line === undefined) return undefined
  const starts = lineStartsOf(file.text)
  const lines = [line, ...also.filter(({ path }) => path === file.path).map((place) => place.line)]
  const rows = [...new Set(lines)].map((at) => file.text.slice(starts[at - 1], starts[at]).trim())
  const mended = rows.map((row) => changes.reduce((text, [from, to]) => text.replace(from, to), row))
  return mended.some((row, index) => row === rows[index] || row.length > 300) ? undefined : mended.join('\n')
}

/** Sends as text what is no page, and escapes each value of what is one. */
export const escapeInAnswer: CodeFix = ({ node, file, match }) => {
  if (!match.message.startsWith('The answer holds') || node.type !== 'CallExpression') return undefined
  const [body] = node.arguments
  if (!body || node.callee.type !== 'MemberExpression' || keyOf(node.callee) !== 'send') return undefined
  const { end } = node.callee.object
  if (!source(body, file).includes('<'))
    return /^(Identifier|MemberExpression|TemplateLiteral|BinaryExpression)$/.test(body.type)
      ? { edits: [{ start: end, end, text: ".type('text/plain')" }] }
      : undefined
  const values = valuesIn(body)
  if (values.length === 0) return undefined
  return {
    edits: values.map((value) => replace(value, `escapeHtml(${source(value, file)})`)),
    imports: [loadWhole('escapeHtml', 'escape-html', file)],
  }
}

/** What a text is made with besides its literal parts. */
function valuesIn(node: Node): Node[] {
  if (node.type === 'TemplateLiteral') return [...node.expressions]
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return [...valuesIn(node.left), ...valuesIn(node.right)]
  return isString(node) ? [] : [node]
}
