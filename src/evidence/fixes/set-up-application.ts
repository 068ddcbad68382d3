import type { Node } from '../parse/ast.ts'
import { lineAfter, loadLine, loadWhole } from './edits.ts'
import type { CodeFix, CodePlace } from './fix-here.ts'

type Application = { name: string; statement: Node; framework: 'express' | 'fastify' | 'koa' | 'nest' | 'hono' }

/** Sets security headers as soon as there is an application. */
export const setHeaders: CodeFix = (place) => {
  const made = applicationAt(place)
  if (!made) return undefined
  const { name, statement, framework } = made
  const isFastify = framework === 'fastify' || (framework === 'nest' && /\bFastifyAdapter\b/.test(place.file.text))
  const { use, from } = headers[isFastify ? 'fastify' : framework]
  const call = isFastify && framework === 'nest' ? `await ${use}` : use
  const whole = framework === 'hono' ? undefined : loadWhole('helmet', from, place.file)
  return {
    edits: [lineAfter(statement, call.replace('app', name), place.file)],
    imports: [whole ?? loadLine('secureHeaders', from, place.file)],
  }
}

const headers = {
  express: { use: 'app.use(helmet())', from: 'helmet' },
  nest: { use: 'app.use(helmet())', from: 'helmet' },
  fastify: { use: 'app.register(helmet)', from: '@fastify/helmet' },
  koa: { use: 'app.use(helmet())', from: 'koa-helmet' },
  hono: { use: 'app.use(secureHeaders())', from: 'hono/secure-headers' },
}

/** Adds a route that tells whether the process answers. */
export const tellHealth: CodeFix = (place) => {
  const made = applicationAt(place)
  const route = made && health[made.framework]
  return made && route ? { edits: [lineAfter(made.statement, route.replace('app', made.name), place.file)] } : undefined
}

const health: Partial<Record<Application['framework'], string>> = {
  express: "app.get('/healthz', (req, res) => res.json({ status: 'ok' }))",
  fastify: "app.get('/healthz', async () => ({ status: 'ok' }))",
  hono: "app.get('/healthz', (c) => c.json({ status: 'ok' }))",
}

/** The application that the node makes, where a name is given to it. */
function applicationAt({ node, file, codebase }: CodePlace): Application | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const made = node.parent?.type === 'AwaitExpression' ? node.parent : node
  const declarator = made.parent?.type === 'VariableDeclarator' ? made.parent : undefined
  const statement = declarator?.parent
  if (declarator?.id.type !== 'Identifier' || statement?.type !== 'VariableDeclaration') return undefined
  if (statement.declarations.length > 1) return undefined
  const called = codebase.meanings.nameOf(node.callee, file) ?? ''
  const framework = /^(express|fastify|koa|hono|@nestjs\/core)\b/.exec(called)?.[1]?.replace('@nestjs/core', 'nest')
  // The pattern lists the frameworks.
  return framework === undefined
    ? undefined
    : { name: declarator.id.name, statement, framework: framework as Application['framework'] }
}
