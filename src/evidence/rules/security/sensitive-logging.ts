import { append } from '../../../lib/append.ts'
import type { Codebase } from '../../codebase.ts'
import { ancestor, functionAround, keyOf, pathOf, type CallNode, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import type { Match, Rule } from '../rule.ts'
import { queryLogs } from './sensitive-logging/query-logs.ts'
import { secretIn } from './sensitive-logging/secrets-in-values.ts'
import { secretNamed } from './sensitive-logging/secrets-named.ts'

export const sensitiveLogging: Rule = {
  id: 'sensitive-logging',
  category: 'sensitive-logging',
  severity: 'medium',
  confidence: 'medium',
  title: 'Secrets or personal data are written to the log',
  why: 'Logs are kept long, copied to other systems and read by many.',
  effects: { safety: 'Whoever reads the log has the passwords, tokens or people in it.' },
  fix: {
    say: 'Log the fact and an id; where the logger can redact, let it.',
    code: {
      Fastify:
        "const app = fastify({ logger: { redact: ['req.headers.authorization', '*.password', '*.token'] } })\nrequest.log.info({ userId: user.id }, 'signed in')",
      any: "logger.info({ userId: user.id }, 'signed in')",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude'],
  *find(codebase) {
    yield* onceForEachFile(logged(codebase))
    yield* queryLogs(codebase)
  },
}

type Log = { call: CallNode; file: SourceFile; values: readonly Node[]; ends?: string }

function* logged(codebase: Codebase): Iterable<Match> {
  for (const { call, file, values, ends = 'log' } of logsIn(codebase)) {
    // What a command prints is for who runs it.
    if (/(^|\/)(commands?|cli)\//.test(file.path)) continue
    for (const [index, value] of values.entries()) {
      const what = secretIn(value, file, codebase) ?? secretNamed(value, values[index - 1], file)
      if (!what || isForDevelopers(call, what, file)) continue
      const severity =
        wholeInput.test(what) && !ofPeople.test(file.path) && !what.includes('.headers')
          ? { severity: 'low' as const }
          : {}
      yield { file, node: call, ...severity, message: `${what} is written to the ${ends}.` }
      break
    }
  }
}

/** Calls that log, and calls of the project's functions that log the text they are given. */
function* logsIn(codebase: Codebase): Iterable<Log> {
  const direct = [
    ...codebase.index.named(/^console\.(log|info|warn|error|debug|dir)$|^process\.std(out|err)\.write$/),
    ...codebase.index.methods('info', 'debug', 'log', 'warn', 'error').filter((found) => isLogger(found.call.callee)),
  ]
  yield* attributes(codebase)
  const seen = new Set<Node>()
  for (const { call, file } of direct) {
    yield { call, file, values: call.arguments }
    for (const value of call.arguments) {
      const parameter = value.type === 'Identifier' ? lookUp(file.scopes, value, value.name)?.parameter : undefined
      if (!parameter || parameter.of !== functionAround(call)) continue
      for (const site of codebase.calls.sitesOf(parameter.of)) {
        const given = site.call.arguments[parameter.index]
        if (!given || !/^(TemplateLiteral|BinaryExpression)$/.test(given.type) || seen.has(given)) continue
        seen.add(given)
        yield { ...site, values: [given] }
      }
    }
  }
}

/** `span.setAttribute('body', JSON.stringify(request.body))`: traces are kept and read as logs are. */
function attributes(codebase: Codebase): Log[] {
  return codebase.index
    .methods('setAttribute', 'setAttributes')
    .filter(({ call }) => call.callee.type === 'MemberExpression' && /span$/i.test(pathOf(call.callee.object)))
    .map(({ call, file }) => ({ call, file, values: call.arguments, ends: 'trace' }))
}

/** Bodies that most likely hold nothing secret are one thing to look at in a file. */
function* onceForEachFile(matches: Iterable<Match>): Iterable<Match> {
  const small = new Map<Match['file'], Match[]>()
  for (const match of matches) {
    if (match.severity === 'low') append(small, match.file, match)
    else yield match
  }
  for (const group of small.values()) yield* bySentence(group)
}

/** The whole body at the level `debug`, and what runs only in development. */
function isForDevelopers(call: CallNode, what: string, file: SourceFile): boolean {
  if (
    wholeInput.test(what) &&
    !ofPeople.test(file.path) &&
    call.callee.type === 'MemberExpression' &&
    keyOf(call.callee) === 'debug' &&
    pathOf(call.callee.object) !== 'console'
  )
    return true
  const choice = ancestor(
    call,
    (at) => at.type === 'IfStatement' && inDevelopment.test(file.text.slice(at.test.start, at.test.end)),
  )
  return choice !== undefined
}

const inDevelopment =
  /^\(?\s*is_?dev|^[\w.]*\b(DEBUG|VERBOSE)\b|NODE_ENV\s*(===?\s*(['"]|\w+\.)(dev|test)|!==?\s*['"]prod)/i

/** What a request brings may hold anything; where people sign in or pay, it holds what they keep to themselves. */
const wholeInput = /`\w+\.(body|query|headers|params|user)`|, the body,$|, with `\w+`,$/
const ofPeople = /auth|login|sign|passw|user|account|member|customer|profile|pay|card|order|checkout/i

function isLogger(callee: Node): boolean {
  return (
    callee.type === 'MemberExpression' &&
    /(^|\.)(log|\w*logger(Service)?|winston|req\.log|fastify\.log|app\.log)$/i.test(pathOf(callee.object)) &&
    !pathOf(callee.object).startsWith('console')
  )
}
