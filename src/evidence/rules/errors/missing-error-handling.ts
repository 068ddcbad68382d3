import type { Codebase } from '../../codebase.ts'
import { hasAuth } from '../../facts/access-control.ts'
import type { Handler } from '../../facts/handlers.ts'
import { isTried } from '../../facts/promises.ts'
import { bodyText } from '../../facts/responses.ts'
import {
  functionAround,
  isClass,
  isFunction,
  keyOf,
  parameterName,
  pathOf,
  type FunctionNode,
} from '../../parse/ast.ts'
import { codeText } from '../../parse/code-text.ts'
import { atOnce, once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, routesOf } from '../places.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const missingErrorHandling: Rule = {
  id: 'missing-error-handling',
  category: 'missing-error-handling',
  severity: 'medium',
  confidence: 'high',
  title: 'An error is not looked at',
  why: 'The code goes on as if the call had worked and fails somewhere else, usually on `undefined`.',
  effects: {
    safety: 'What failed looks like missing data, or stops the process.',
    maintenance: 'The cause is not in the log.',
  },
  fix: {
    say: 'Pass the error on to the error handler.',
    code: {
      Express: "fs.readFile(file, 'utf8', (error, text) => {\n  if (error) return next(error)\n  res.send(text)\n})",
    },
  },
  sources: [
    'https://expressjs.com/en/guide/error-handling.html',
    'https://nodejs.org/api/errors.html#error-first-callbacks',
  ],
  *find(codebase) {
    yield* ignoredErrors(codebase)
    yield* throwingTokens(codebase)
  },
}

/** Callbacks that take an error first and never read it. */
const callbacksThatIgnore = atOnce((file: SourceFile) =>
  file.functions.flatMap((node) => {
    const call = node.parent
    if (call?.type !== 'CallExpression' || call.callee === node || node.params.length < 2 || !node.body) return []
    const first = parameterName(node.params[0])
    if (!first || !/^(e|er|err|error)\d?$/i.test(first.name)) return []
    const name = call.callee.type === 'MemberExpression' ? keyOf(call.callee) : undefined
    if (/^(reduce|map|forEach|use|sort|catch|on|once|addListener)$/.test(name ?? '') || reads(node, first.name, file))
      return []
    return [{ node, name: first.name }]
  }),
)

function* ignoredErrors(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, name } of callbacksThatIgnore(file)) {
      if (codebase.web.handlers.has(node) || showsOutput(node, file)) continue
      yield { file, node, line: lineOf(node, file), message: `\`${name}\` of this callback is never looked at.` }
    }
  }
}

/** `exec(command, (error, stdout, stderr) => …)`: what the program says of its failure is looked at instead. */
function showsOutput(node: FunctionNode, file: SourceFile): boolean {
  const output = parameterName(node.params[2])
  return output?.name === 'stderr' && reads(node, 'stderr', file)
}

/** Whether a function reads its parameter, not counting inner functions that have a parameter of the same name. */
function reads(node: FunctionNode, name: string, file: SourceFile): boolean {
  let text = bodyText(node, file)
  for (const inner of file.functions) {
    if (inner.start <= node.start || inner.end > node.end) continue
    if (inner.params.some((parameter) => parameterName(parameter)?.name === name)) {
      text = text.replace(codeText(inner, file), '')
    }
  }
  return new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(text)
}

/** `jwt.verify` throws on a bad token; outside `try` that is a 500. */
function* throwingTokens(codebase: Codebase): Iterable<Match> {
  if (codebase.production.some(knowsTokenErrors)) return
  for (const { call, file } of codebase.index.named(/^jsonwebtoken\.verify$/)) {
    if (call.arguments.some((argument) => isFunction(argument)) || isTried(call)) continue
    const around = functionAround(call)
    const handler = around && codebase.web.handlers.get(around)
    const answers = handler && !handler.node.async && !isBehindGuard(handler, codebase)
    if (!around || (!answers && !standsBeforeHandlers(around, file))) continue
    yield {
      file,
      node: call,
      confidence: 'medium',
      words: onBadTokens,
      message: '`jwt.verify` throws on a bad token; nothing here turns that into a 401.',
    }
  }
}

/** A guard has verified the token before. */
function isBehindGuard({ node }: Handler, codebase: Codebase): boolean {
  const routes = routesOf(codebase, node)
  return routes.length > 0 && routes.every((route) => route.handler?.node === node && hasAuth(route))
}

const onBadTokens: Words = {
  title: 'A bad token is answered as a failure of the server',
  why: 'Tokens that have run out are everyday input; thrown from here they end as status 500.',
  effects: { maintenance: 'Clients do not learn that they have to sign in again, and alarms count their mistakes.' },
  fix: {
    say: 'Answer 401 where verifying fails.',
    code: {
      NestJS:
        "try {\n  request.user = jwt.verify(token, secret)\n} catch (error) {\n  throw new UnauthorizedException('token', { cause: error })\n}",
      Express:
        "try {\n  req.user = jwt.verify(token, secret)\n} catch {\n  return res.status(401).json({ error: 'sign in again' })\n}",
    },
  },
}

const knowsTokenErrors = once((file: SourceFile) => /JsonWebTokenError|TokenExpiredError/.test(file.text))

/** NestJS middleware, guards and parameters of one's own: what they throw is a 500 unless it is an `HttpException`. */
function standsBeforeHandlers(node: FunctionNode, file: SourceFile): boolean {
  const { parent } = node
  if (parent?.type === 'CallExpression') return pathOf(parent.callee).endsWith('createParamDecorator')
  const holder = parent?.type === 'MethodDefinition' ? parent.parent?.parent : undefined
  if (parent?.type !== 'MethodDefinition' || !isClass(holder)) return false
  const head = file.text.slice(holder.start, holder.body.start)
  return /^(use|canActivate)$/.test(keyOf(parent) ?? '') && /\b(NestMiddleware|CanActivate)\b/.test(head)
}
