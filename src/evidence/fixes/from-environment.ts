import { runsInMongoShell } from '../facts/mongo-shell.ts'
import { keyOf, literalText, pathOf, propertyOf, type Node } from '../parse/ast.ts'
import { replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const servers: readonly [RegExp, string][] = [
  [/^redis/, 'REDIS_URL'],
  [/^amqp/, 'AMQP_URL'],
  [/^\w+(\+\w+)?:\/\//, 'DATABASE_URL'],
]

/** Reads a secret from the environment, under the name that the code gives it. */
export const fromEnvironment: CodeFix = ({ node, codebase, file }) => {
  const text = literalText(node)
  if (text === undefined || (node.type !== 'Literal' && node.type !== 'TemplateLiteral')) return undefined
  if (runsInMongoShell(file)) return undefined
  const { parent } = node
  if (parent?.type === 'LogicalExpression' && parent.right === node && pathOf(parent.left).startsWith('process.env.'))
    return { edits: [{ start: parent.left.end, end: node.end, text: '' }] }
  const name =
    servers.find(([scheme]) => scheme.test(text))?.[1] ?? nameOf(node, codebase.meanings.nameOf(calleeOf(node), file))
  return name === undefined ? undefined : { edits: [replace(node, `process.env.${name}`)] }
}

function calleeOf(node: Node): Node {
  return node.parent?.type === 'CallExpression' ? node.parent.callee : node
}

function nameOf(node: Node, called: string): string | undefined {
  const { parent } = node
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return constantCase(parent.id.name)
  if (parent?.type === 'AssignmentExpression') return constantCase(pathOf(parent.left).split('.').at(-1) ?? '')
  if (parent?.type === 'Property' || parent?.type === 'PropertyDefinition') {
    // `{ env: 'KEY', default: '…' }` reads it already.
    if (propertyOf(parent.parent, 'env')) return undefined
    const name = constantCase(keyOf(parent) ?? '')
    return name === 'PASSWORD' && isConnection(parent.parent) ? 'DB_PASSWORD' : name
  }
  if (/^(jsonwebtoken|jwt-simple|jose)\./.test(called)) return 'JWT_SECRET'
  if (/cookie|session/.test(called)) return 'SESSION_SECRET'
  return undefined
}

function isConnection(node: Node | null | undefined): boolean {
  return ['host', 'database', 'dialect'].some((name) => propertyOf(node, name) !== undefined)
}

/** `dbPassword` as `DB_PASSWORD`; a bare `secret` says too little, and is the session's in most code. */
function constantCase(name: string): string | undefined {
  const upper = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toUpperCase()
  if (!/^[A-Z]\w+$/.test(upper)) return undefined
  // The shell keeps its folder in `PWD`.
  if (upper === 'PWD') return 'PASSWORD'
  return upper === 'SECRET' ? 'SESSION_SECRET' : upper
}
