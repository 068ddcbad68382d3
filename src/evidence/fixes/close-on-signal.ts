import { keyOf } from '../parse/ast.ts'
import { before, lineAfter, lineBefore, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Lets the requests under way finish when the process is asked to end. */
export const closeOnSignal: CodeFix = ({ node, file, codebase, match }) => {
  if (!match.message.startsWith('Nothing listens for SIGTERM') || node.type !== 'CallExpression') return undefined
  const { callee } = node
  if (callee.type !== 'MemberExpression' || keyOf(callee) !== 'listen') return undefined
  const waited = node.parent?.type === 'AwaitExpression' ? node.parent : node
  const app = source(callee.object, file)
  const statement = waited.parent
  if (statement?.type === 'VariableDeclarator')
    return statement.id.type === 'Identifier' && statement.parent
      ? { edits: [lineAfter(statement.parent, closes(statement.id.name), file)] }
      : undefined
  if (statement?.type !== 'ExpressionStatement') return undefined
  if (/\bNestFactory\b/.test(file.text)) return { edits: [lineBefore(statement, `${app}.enableShutdownHooks()`, file)] }
  if (/^fastify\b/.test(codebase.meanings.nameOf(callee, file) ?? ''))
    return {
      edits: [lineAfter(statement, `process.once('SIGTERM', () => ${app}.close().then(() => process.exit()))`, file)],
    }
  if (callee.object.type === 'Identifier' && /server/i.test(app))
    return { edits: [lineAfter(statement, closes(app), file)] }
  return { edits: [before(statement, 'const server = '), lineAfter(statement, closes('server'), file)] }
}

function closes(server: string): string {
  return `process.once('SIGTERM', () => ${server}.close(() => process.exit()))`
}
