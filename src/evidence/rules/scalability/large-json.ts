import type { Codebase } from '../../codebase.ts'
import { objectOf } from '../../facts/sessions.ts'
import { literalText, propertyOf, type CallNode, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

/** From this size on, one body stops the loop for a tenth of a second and more. */
const largeMegabytes = 10
const parsers =
  /^(express\.(json|urlencoded)|body-parser(\.(json|urlencoded))?|koa-body(\.koaBody)?|koa-bodyparser|@koa\/bodyparser\.bodyParser|fastify(\.(fastify|default))?|@nestjs\/platform-fastify\.FastifyAdapter)$/

export const largeJson: Rule = {
  id: 'large-json',
  category: 'resource-exhaustion',
  severity: 'low',
  confidence: 'medium',
  title: 'Large bodies are parsed on the event loop',
  why: '`JSON.parse` is synchronous. The limit of the body is the limit of how long one request may stop all others.',
  effects: {
    'event loop': 'About a tenth of a second for each 10 MB, for everyone.',
    memory: 'Several times the body while it is parsed.',
  },
  fix: {
    say: 'Keep the general limit small, and take large data as a stream on the routes that need it.',
    code: {
      Express:
        "app.post('/import', importLines) // before the parser: reads `req` as a stream\napp.use(express.json({ limit: '100kb' }))",
      Koa: "import { bodyParser } from '@koa/bodyparser'\nrouter.post('/import', importLines) // before the parser: reads `ctx.req` as a stream\napp.use(bodyParser({ jsonLimit: '100kb' }))",
      Fastify:
        "const app = fastify({ bodyLimit: 1_048_576 })\napp.addContentTypeParser('application/x-ndjson', (request, payload, done) => done(null, payload))\napp.post('/import', (request) => importLines(request.body)) // a stream",
    },
  },
  sources: [
    'https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop#blocking-the-event-loop-json-dos',
    'https://expressjs.com/en/api.html#express.json',
  ],
  limits: 'Limits written where the parser is made; how large bodies really are is not known.',
  *find(codebase) {
    const seen = new Set<SourceFile>()
    for (const { call, file, name } of codebase.index.named(parsers)) {
      const megabytes = limitOf(call, file, codebase)
      // The parsers of one application stand together; one of them tells.
      if (megabytes === undefined || megabytes < largeMegabytes || !isGeneral(call) || seen.has(file)) continue
      seen.add(file)
      yield {
        file,
        node: call,
        message: `\`${name}\` takes bodies of ${Math.round(megabytes)} MB on every route, and parses them in one go.`,
      }
    }
  },
}

function limitOf(call: CallNode, file: SourceFile, codebase: Codebase): number | undefined {
  const options = call.arguments[0] && objectOf(call.arguments[0], file, codebase.meanings)?.node
  const limit = ['limit', 'jsonLimit', 'bodyLimit'].map((key) => propertyOf(options, key)).find((value) => value)
  return limit && megabytesIn(file.text.slice(limit.start, limit.end), literalText(limit))
}

function megabytesIn(source: string, text: string | undefined): number | undefined {
  const sized = /^(\d+(?:\.\d+)?)\s*(kb|mb|gb)$/i.exec(text ?? '')
  if (sized) return Number(sized[1]) * ({ kb: 1 / 1024, mb: 1, gb: 1024 }[(sized[2] ?? '').toLowerCase()] ?? 1)
  if (!/^[\d_\s*]+$/.test(source)) return undefined
  return source.split('*').reduce((product, part) => product * Number(part.replaceAll('_', '').trim()), 1) / 1_048_576
}

/** Given to `use` without a path, or to the whole application. */
function isGeneral(call: Node): boolean {
  const use = call.parent
  if (use?.type !== 'CallExpression') return true
  return use.arguments[0] === call
}
