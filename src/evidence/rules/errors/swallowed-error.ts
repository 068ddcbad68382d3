import type { Codebase } from '../../codebase.ts'
import { errorNames } from '../../facts/promises.ts'
import { handlerAround } from '../../facts/responses.ts'
import {
  ancestor,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf, routesOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'
import { writesDown } from './logging.ts'

const passesOn =
  /\bthrow\b|\bnext\(\s*[^)\s]|\breject\(|\bres(ponse)?\b\s*\.|\breply\b|\bctx\.|\bdone\(|\bcb\(|\bcallback\(|\breturn\b|process\.exit|\bresolve\(/

export const swallowedError: Rule = {
  id: 'swallowed-error',
  category: 'swallowed-error',
  severity: 'medium',
  confidence: 'high',
  title: 'An error is caught and lost',
  why: 'What went wrong is in no log and in no answer; in a handler the caller also waits for ever.',
  effects: { maintenance: 'Failures cannot be found.', latency: 'Requests hang until the client gives up.' },
  fix: {
    say: 'Handle the errors you expect and pass the rest on.',
    code: {
      Express:
        'try {\n  await save(order)\n} catch (error) {\n  if (!(error instanceof Conflict)) throw error\n  res.status(409).json({ error: error.message })\n}',
    },
  },
  sources: ['https://github.com/goldbergyoni/nodebestpractices#2-error-handling-practices'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const clause of file.catches)
        yield* judge(codebase, file, clause, clause.body, parameterName(clause.param ?? undefined)?.name)
      for (const { caught, body } of catchCallbacks(file))
        yield* judge(codebase, file, caught, body, parameterName(caught.params[0])?.name, true)
      yield* emptyNext(codebase, file)
    }
  },
}

const catchCallbacks = once((file: SourceFile) =>
  file.calls.flatMap((call) => {
    if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'catch')
      return []
    const caught = call.arguments[0]
    return isFunction(caught) && caught.body ? [{ caught, body: caught.body }] : []
  }),
)

function* judge(
  codebase: Codebase,
  file: SourceFile,
  place: Node,
  body: Node,
  name: string | undefined,
  callback = false,
): Iterable<Match> {
  if (body.type !== 'BlockStatement' || isExplained(place, file)) return
  const text = file.text.slice(body.start, body.end)
  const line = lineOf(place, file)
  const tried = callback ? attemptText(place, file) : tryText(place, file)
  if (body.body.length === 0) {
    if (/\/\/|\/\*/.test(text) || dispensable.test(tried) || isLookedAtElsewhere(place, file)) return
    // What is tried after a failure is clean-up: the failure itself is the one that counts.
    if (ancestor(place, (at) => at.type === 'CatchClause' && at !== place)) return
    const lost = requestOf(codebase, place) !== undefined && !callback
    yield {
      file,
      node: place,
      line,
      ...(lost ? {} : { severity: 'low' as const }),
      ...(callback ? { confidence: 'medium' as const } : {}),
      message: 'The error is caught and dropped: nothing is logged, answered or passed on.',
    }
    return
  }
  const handler = handlerAround(place, codebase.web.handlers)
  if (
    handler &&
    answersHere(handler.node, place, callback) &&
    !passesOn.test(text) &&
    !/\b(res|response|reply|ctx|next)\b/.test(text) &&
    (writesDown(text) || name === undefined) &&
    answersOnlyInside(handler.node, place, file) &&
    // A function that only takes the response, such as one that sets a cookie, leaves answering to others.
    (routesOf(codebase, handler.node).length > 0 || answers.test(file.text.slice(handler.node.start, handler.node.end)))
  ) {
    yield { file, node: place, line, message: 'The error is written to the log and the request gets no answer.' }
    return
  }
  if (name === undefined || !errorNames.test(name) || expectedFailure.test(tried)) return
  if (!callback && hidesCause(text, name) && /\bawait\b/.test(tried)) {
    yield {
      file,
      node: place,
      line,
      severity: 'low',
      confidence: 'medium',
      message: `Every failure becomes the same error here, and the cause in \`${name}\` is lost.`,
    }
    return
  }
  if (
    !/^\{\s*(\/\/|\/\*)/.test(text) &&
    !new RegExp(`\\b${name}\\b`).test(text) &&
    !passesOn.test(text) &&
    !writesDown(text) &&
    !triesOneThing(place, body)
  ) {
    yield {
      file,
      node: place,
      line,
      // Only who knows the code can tell whether one failure alone is expected here.
      ...(requestOf(codebase, place) && !answersAnother(body) ? {} : { severity: 'info' as const }),
      confidence: 'medium',
      message: `Any error ends here as if it were the one expected; \`${name}\` is never looked at.`,
    }
  }
}

/** Work whose failure changes nothing for anyone: clean-up, probing, caches, and what bad input alone makes fail. */
const dispensable =
  /sendMessage$|[bB]roadcast\w*$|\bemit$|unlink|rmSync|rmdir|\brm\(|[cC]lose\w*\(|[dD]estroy\(|[aA]bort\(|[cC]ancel\w*\(|\bkill\(|disconnect\(|[uU]nsubscribe\(|\bquit\(|\bend\(|terminate\(|release\w*\(|[cC]lean\w*\(|[rR]ollback\(|exists|access|l?stat(Sync)?\(|mkdir|readFile|readdir|JSON\.parse|require\(|import\(|resolve\(|decodeURI|new URL|[cC]ache|\.text\(\)|drain|pipeline\(|localStorage|telemetry|analytics|exec(File)?(Sync)?\(|spawn|new RegExp|new \w*(Parser|SemVer|Date)\(|toISOString|dotenv|track\w*\(|heartbeat|ping\(|unbind\(|pump\(|BigInt\(|\.attr\(|remove\(test/

const words = /[a-z]{3,}[\s,;]+\w+/i

/** A comment beside a `catch` says why nothing is done. */
function isExplained(place: Node, file: SourceFile): boolean {
  const line = lineOf(place, file)
  const end = lineOf({ ...place, start: place.end }, file)
  return file.comments.some(
    (comment) => comment.line >= line - 1 && comment.line <= Math.min(end, line + 1) && words.test(comment.text),
  )
}

function attemptText(place: Node, file: SourceFile): string {
  const call = place.parent
  return call?.type === 'CallExpression' ? file.text.slice(call.callee.start, call.callee.end) : ''
}

/** `running.catch(() => {})` beside another use of `running`, and a rejection kept from being nobody's. */
function isLookedAtElsewhere(place: Node, file: SourceFile): boolean {
  const call = place.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false
  const promise = unwrap(call.callee.object)
  if (promise.type === 'CallExpression') return pathOf(promise.callee) === 'Promise.resolve'
  if (promise.type === 'MemberExpression') return true
  const around = functionAround(call)
  return (
    promise.type === 'Identifier' &&
    file.text.slice(around?.start ?? 0, around?.end).split(new RegExp(`\\b${promise.name}\\b`)).length > 3
  )
}

/** The `catch` stands in the handler itself, not in a callback that something else waits for. */
function answersHere(handler: FunctionNode, place: Node, callback: boolean): boolean {
  const around = functionAround(callback && place.parent ? place.parent : place)
  if (around === handler) return true
  const call = around?.parent
  // The one who asked is gone, or has the answer.
  if (call?.type === 'CallExpression' && /^(close|aborted|finish)$/.test(literalText(call.arguments[0]) ?? ''))
    return false
  return call?.type === 'CallExpression' && /^(then|find\w*|query|exec|on|end|authenticate)$/.test(nameOf(call.callee))
}

function nameOf(callee: Node): string {
  return (callee.type === 'MemberExpression' ? keyOf(callee) : pathOf(callee)) ?? ''
}

/** What is done in place of the attempt: another call that is waited for, another value, the next of a list. */
function answersAnother(body: Node): boolean {
  return (
    body.type === 'BlockStatement' &&
    body.body.some(
      (statement) =>
        statement.type === 'ContinueStatement' ||
        statement.type === 'BreakStatement' ||
        (statement.type === 'ExpressionStatement' &&
          /^(AwaitExpression|CallExpression|AssignmentExpression)$/.test(statement.expression.type)),
    )
  )
}

/** What is expected to throw for bad input alone. */
const expectedFailure =
  /JSON\.parse|new URL|decodeURI|require\(|BigInt|new RegExp|Buffer\.from|parse\w*\(|(verify|validate|assert|assure|ensure|check|decode|decrypt|compare)\w*\(|readFile|access\(|access(Sync)?\(|stat\(/i

/** One statement is tried, and its failure gives another value: what failed is clear without the error. */
function triesOneThing(place: Node, body: Node): boolean {
  const attempt = place.parent
  if (attempt?.type !== 'TryStatement' || body.type !== 'BlockStatement') return false
  const [only] = body.body
  return (
    attempt.block.body.length === 1 &&
    body.body.length === 1 &&
    only?.type === 'ExpressionStatement' &&
    only.expression.type === 'AssignmentExpression'
  )
}

/** A new error is thrown in place of the caught one, which is neither logged nor kept as cause, whatever was asked of it before. */
function hidesCause(text: string, name: string): boolean {
  const used = new RegExp(`\\b${name}\\b`)
  if (/^\{\s*throw new \w+\(/.test(text)) return !used.test(text)
  const last = /\}\s*throw new \w+\(([^;{}]*)\);?\s*\}$/.exec(text)
  const before = last ? text.slice(0, last.index) : ''
  return (
    last !== null &&
    !used.test(last[1] ?? '') &&
    !writesDown(text) &&
    /\bif\s*\(/.test(before) &&
    !/\belse\b/.test(before)
  )
}

function tryText(place: Node, file: SourceFile): string {
  const statement = place.parent
  return statement?.type === 'TryStatement' ? file.text.slice(statement.block.start, statement.block.end) : ''
}

/** No response comes after the `try`, so the catch had to give one. */
function answersOnlyInside(handler: FunctionNode, place: Node, file: SourceFile): boolean {
  const around = functionAround(place)
  const end = around ? around.end : handler.end
  const statement = place.parent?.type === 'TryStatement' ? place.parent : place
  return !/\bres(ponse)?\b\s*[.,)]|\breply\b|\bctx\.body|\bnext\(|\breturn\b|\bthrow\b/.test(
    file.text.slice(statement.end, end),
  )
}

const answers =
  /\b(res|response|reply)\b[\w.()\s]*\.(json|send|end|render|redirect|sendStatus|sendFile|download|jsonp)\(/

/** A cache that fails is written down, and the request is served without it. */
function doesWithout(tried: string, caught: string): boolean {
  return /cache|rate_?limit|metric|analytics|telemetry/i.test(tried) && writesDown(caught)
}

/** `next()` without the error, in a catch of a handler. */
function* emptyNext(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const clause of file.catches) {
    const handler = handlerAround(clause, codebase.web.handlers)
    const next = handler?.next
    if (!next) continue
    const call = file.calls.find(
      (item) =>
        item.start > clause.body.start &&
        item.end < clause.body.end &&
        item.callee.type === 'Identifier' &&
        item.callee.name === next,
    )
    if (
      call &&
      call.arguments.length === 0 &&
      !expectedFailure.test(tryText(clause, file)) &&
      !doesWithout(tryText(clause, file), file.text.slice(clause.start, clause.end)) &&
      !file.comments.some(
        (comment) => comment.start > clause.start && comment.start < clause.end && words.test(comment.text),
      ) &&
      !/optional|anonymous|guest/i.test(file.text.slice(handler.node.start - 60, handler.node.end))
    ) {
      yield {
        file,
        node: call,
        message: `\`${next}()\` is called without the error, so the request goes on as if nothing had failed.`,
      }
    }
  }
}
