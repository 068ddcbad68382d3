import type { Codebase } from '../../codebase.ts'
import { importsPackage, lineOf, requestOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

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
      Express: "import { pinoHttp } from 'pino-http'\napp.use(pinoHttp())\nreq.log.error({ error }, 'query failed')",
    },
  },
  sources: ['https://github.com/goldbergyoni/nodebestpractices#-51-monitoring'],
  limits:
    'One finding for a project: at the first console call beside a logger, or where request logging is switched off.',
  *find(codebase) {
    const calls = codebase.index
      .named(/^console\.(log|error|warn|info)$/)
      .filter(({ call, file }) => requestOf(codebase, call) !== undefined && !loggerFile.test(file.path))
    const hasLogger = importsPackage(codebase, loggers)
    const mixed = hasLogger ? calls.find(({ file }) => loggersIn(file.text)) : undefined
    const first = mixed ?? (calls.length >= 5 ? calls[0] : undefined)
    if (first) {
      const also = calls
        .filter((item) => item !== first)
        .slice(0, 20)
        .map(({ call, file }) => ({ path: file.path, line: lineOf(call, file) }))
      yield {
        file: first.file,
        node: first.call,
        also,
        message: hasLogger
          ? `${calls.length} messages go to \`console\` beside the project’s logger.`
          : `${calls.length} messages of request handlers go to \`console\`, and there is no logger.`,
      }
    }
    yield* switchedOff(codebase)
  },
}

/** What writes the log may end at the console. */
const loggerFile = /(^|[^a-z])(console)?log(s|ger|gers|ging)?(\/[^/]*)?\.[cm]?[jt]sx?$/i

function loggersIn(text: string): boolean {
  return /logger|log4js|pino|winston/i.test(text)
}

function* switchedOff(codebase: Codebase): Iterable<Match> {
  if (importsPackage(codebase, /^(pino-http|nestjs-pino|express-winston|express-pino-logger)$/)) return
  for (const file of codebase.production) {
    if (!file.text.includes('app.use(')) continue
    const comment = file.comments.find((item) =>
      /^\s*app\.use\(\s*(morgan|logger|pinoHttp|requestLogger)\b/.test(item.text),
    )
    if (
      comment &&
      !/app\.use\(\s*(morgan|logger|pinoHttp|requestLogger)/.test(file.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ''))
    ) {
      yield { file, line: comment.line, message: 'Request logging is switched off by a comment.' }
    }
  }
}
