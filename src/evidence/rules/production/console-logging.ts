import type { Codebase } from '../../codebase.ts'
import type { FoundCall } from '../../facts/call-index.ts'
import { functionAround, keyOf, propertyOf, type CallNode, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { once } from '../../parse/once.ts'
import { answersRequests, importsPackage, lineOf, requestOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

const loggers = /^(pino|winston|bunyan|log4js|roarr|signale|tslog|nestjs-pino|consola|loglevel)$/

export const consoleLogging: Rule = {
  id: 'console-logging',
  category: 'console-logging',
  severity: 'low',
  confidence: 'medium',
  title: 'The log has no structure',
  why: '`console.log` has no level, no time and no request; nobody can search it, and with a logger next to it the messages are in two places.',
  effects: {
    maintenance: 'An incident cannot be followed through the log.',
    'event loop': 'Writing to a file or pipe can block.',
  },
  fix: {
    say: 'Use one JSON logger with a request id.',
    code: {
      Koa: "import logger from 'koa-pino-logger'\napp.use(logger())\nctx.log.error({ err: error }, 'query failed')",
      Fastify: "const app = fastify({ logger: true })\nrequest.log.error({ err: error }, 'query failed')",
      NestJS:
        "import { Logger } from '@nestjs/common'\nconst logger = new Logger('Orders')\nlogger.error('query failed', error.stack)",
      Express:
        "import { pinoHttp } from 'pino-http'\napp.use(pinoHttp())\nreq.log.error({ err: error }, 'query failed')",
    },
  },
  sources: ['https://github.com/goldbergyoni/nodebestpractices#-51-monitoring'],
  limits: 'One finding for all that goes to the console, and where request logging is switched off.',
  *find(codebase) {
    const hasLogger = importsPackage(codebase, loggers) || hasOwnLogger(codebase)
    const calls = codebase.index
      .named(/^console\.(log|error|warn|info|debug)$/)
      .filter(
        ({ call, file }) => !loggerFile.test(file.path) && !isTool(file) && (!hasLogger || requestOf(codebase, call)),
      )
    const inRequests = calls.filter(({ call }) => requestOf(codebase, call) !== undefined)
    const besideLogger = hasLogger && calls.some(({ file }) => loggersIn(file.text))
    const isHabit = hasLogger ? besideLogger || inRequests.length >= 5 : calls.length >= 3 && answersRequests(codebase)
    if (isHabit) yield* asOne(calls, codebase, hasLogger)
    yield* switchedOff(codebase)
  },
}

/** One finding where the server says that it listens, or in the file that writes most, with what the others write. */
function* asOne(calls: readonly FoundCall[], codebase: Codebase, hasLogger: boolean): Iterable<Match> {
  const starting = new Set(codebase.web.servers.map(({ file }) => file))
  const groups = [...Map.groupBy(calls, ({ file }) => file).values()]
    .filter(
      (group) => group.length > 1 || group.some(({ call, file }) => starting.has(file) || requestOf(codebase, call)),
    )
    .map((group) => ({ group, rank: group.length + (group.some(({ file }) => starting.has(file)) ? 1000 : 0) }))
    .toSorted((one, other) => other.rank - one.rank)
  const all = groups.flatMap(({ group }) => group)
  const first = groups[0]?.group.find(({ call }) => isAtListen(call)) ?? all[0]
  if (!first) return
  const files = groups.length > 1 ? ` in ${groups.length} files` : ''
  yield {
    file: first.file,
    node: first.call,
    cause: 'console',
    ...(hasLogger ? { words: besideOne } : {}),
    also: all
      .filter((item) => item !== first)
      .slice(0, mostPlaces)
      .map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) })),
    message: `${all.length === 1 ? 'A message goes' : `${all.length} messages${files} go`} to \`console\`${hasLogger ? ' beside the project’s logger' : ', and there is no logger'}.`,
  }
}

const besideOne: Words = {
  title: 'Messages go past the logger',
  why: 'What goes to `console` has no level, no time and no request, and stands elsewhere than the rest of the log.',
  fix: { say: 'Write them with the logger there is.', code: { any: "logger.error({ err: error }, 'query failed')" } },
}

const mostPlaces = 50

/** What is printed when the server listens: where a logger would begin. */
function isAtListen(call: Node): boolean {
  const around = functionAround(call)?.parent
  return (
    around?.type === 'CallExpression' && around.callee.type === 'MemberExpression' && keyOf(around.callee) === 'listen'
  )
}

/** What a person starts by hand may talk to the console. */
function isTool(file: SourceFile): boolean {
  return /(^|\/)(cli|bin|scripts?|seeds?|seeders?|migrations?|tools?|public|extras?|release|build)(\/|\.[cm]?[jt]s$)|(seed\w*|build)\.[cm]?[jt]s$/i.test(
    file.path,
  )
}

/** It writes one thing down and ends: `gql-schema.ts`, `generate-docs.ts`. */
function isOneOff({ path, text }: SourceFile): boolean {
  return /(schema|generate|emit|print|export)[\w-]*\.[cm]?[jt]s$/i.test(path) && /writeFile(Sync)?\(/.test(text)
}

/** NestJS and Fastify bring a logger, and projects write their own. */
function hasOwnLogger(codebase: Codebase): boolean {
  return (
    codebase.index
      .named(/^@nestjs\/common\.(Console)?Logger(\(\)|\.|$)/)
      .some(({ file }) => !isTool(file) && !isOneOff(file)) ||
    codebase.index.named(/^fastify(\.(default|fastify))?$/).some(({ call, file }) => switchesOn(call, file)) ||
    [...codebase.sources.values()].some((file) => /^(production|script)$/.test(file.kind) && isOwnLogger(file))
  )
}

/** `Fastify({ logger })`: every request brings one. */
function switchesOn(call: CallNode, file: SourceFile): boolean {
  const logger = propertyOf(call.arguments[0], 'logger') ?? propertyOf(call.arguments[0], 'loggerInstance')
  return logger !== undefined && file.text.slice(logger.start, logger.end) !== 'false'
}

const isOwnLogger = once(({ path, calls }: SourceFile) => loggerFile.test(path) && calls.length > 0)

/** What writes the log may end at the console. */
const loggerFile = /(^|[^a-z])(console)?log(s|ger|gers|ging)?(\/[^/]*)?\.[cm]?[jt]sx?$/i

function loggersIn(text: string): boolean {
  return /logger|log4js|pino|winston/i.test(text)
}

/** Comments that hold the request logging of a file that has no other. */
const switchingOff = once((file: SourceFile) => {
  if (!file.text.includes('app.use(')) return []
  const comments = file.comments.filter((item) =>
    /^\s*app\.use\(\s*(morgan|logger|pinoHttp|requestLogger)\b/.test(item.text),
  )
  if (comments.length === 0) return []
  const code = file.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
  return /app\.use\(\s*(morgan|logger|pinoHttp|requestLogger)/.test(code) ? [] : comments
})

function* switchedOff(codebase: Codebase): Iterable<Match> {
  if (importsPackage(codebase, /^(pino-http|nestjs-pino|express-winston|express-pino-logger)$/)) return
  for (const file of codebase.production) {
    const [comment] = switchingOff(file)
    if (comment) yield { file, line: comment.line, message: 'Request logging is switched off by a comment.' }
  }
}
