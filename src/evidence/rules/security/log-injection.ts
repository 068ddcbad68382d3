import { isFunction } from '../../parse/ast.ts'
import { importsPackage, sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const logInjection: Rule = {
  id: 'log-injection',
  category: 'log-injection',
  severity: 'low',
  confidence: 'medium',
  title: 'Request text is written into a line of the log',
  why: 'A line break in the value starts a line that looks like one of the program’s own.',
  effects: { maintenance: 'The log can be made to say what did not happen.' },
  fix: {
    say: 'Log objects with a JSON logger; it escapes line breaks.',
    code: { any: "logger.info({ user: req.body.username }, 'login failed')" },
  },
  sources: ['https://owasp.org/www-community/attacks/Log_Injection'],
  limits: 'Only text loggers (`console`, log4js) and only values that name a user are reported: elsewhere it is noise.',
  *find(codebase) {
    if (importsPackage(codebase, /^(pino|bunyan|roarr|winston|nestjs-pino|signale)$/)) return
    const loggers = [
      ...codebase.index.named(/^console\.(log|info|warn|error)$/),
      ...codebase.index.named(/^log4js\.getLogger\(\)\.\w+$/),
    ]
    for (const { call, file } of loggers) {
      for (const argument of call.arguments) {
        if (argument.type === 'ObjectExpression' || isFunction(argument)) continue
        // JSON has no line breaks in its texts.
        if (file.text.slice(argument.start, argument.end).includes('JSON.stringify(')) continue
        const trace = codebase.flow.trace(argument, file)
        // Of an object `console` prints the texts in quotes, with their line breaks escaped.
        if (trace?.inObject) continue
        const last = trace?.keys.at(-1) ?? ''
        if (!trace || !/^(body|query|headers)$/.test(trace.kind) || trace.marks.size > 0) continue
        if (!/user|login|name|mail/i.test(last) || (!trace.inText && call.arguments.length < 2)) continue
        yield {
          file,
          node: call,
          message: `The log line holds ${sourceText(trace, file, argument)} as it is.`,
          steps: trace.steps,
        }
        break
      }
    }
  },
}
