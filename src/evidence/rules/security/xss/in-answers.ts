import type { Codebase } from '../../../codebase.ts'
import { answersIn } from '../../../facts/answers.ts'
import { functionAnswersIn } from '../../../facts/function-answers.ts'
import type { Handler } from '../../../facts/handlers.ts'
import { requestCalls } from '../../../facts/outgoing-calls.ts'
import type { Trace } from '../../../facts/trace.ts'
import {
  ancestor,
  contains,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  unwrap,
  type Node,
} from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { returnsOf } from '../../../parse/returns.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { routesOf, sourceText } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { isOwnHeader } from './own-headers.ts'
import { inCode } from './words.ts'

/** Answers that hold request input, or the body of another server, as HTML. */
export function* inResponses(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    yield* inFunctions(file, codebase)
    for (const { node, value, how, handler, helper } of answersIn(file, codebase)) {
      if (helper) continue
      if (handler.framework === 'hapi' ? !isHapiPage(how, value, file) : !isPage(how, handler)) continue
      if (literalText(value) !== undefined || value.type === 'ObjectExpression') continue
      const trace = codebase.flow.trace(value, file)
      // The server names the files it keeps.
      if (trace?.kind === 'file' && /^(path|filename|destination|location|key|size)$/.test(trace.keys.at(-1) ?? ''))
        continue
      // A body that was parsed is an object, and is sent as one.
      if (trace?.inObject || (trace?.kind === 'body' && trace.keys.length === 0 && !trace.inText)) continue
      if (trace && isHandshake(trace)) continue
      if (trace && isNeverMissing(value, file, codebase)) continue
      if (trace && !isSafeMarkup(trace) && !givesObject(value, file, codebase) && asHtml(value, file, how)) {
        yield {
          file,
          node,
          ...(isPlainWords(value, file, trace) || keepsScriptsOut(codebase) ? { severity: 'medium' as const } : {}),
          ...(trace.kind === 'cookies' || isOwnHeader(trace) || isOutOfReach(handler, codebase)
            ? { severity: 'low' as const }
            : {}),
          confidence: trace.inText ? 'high' : 'medium',
          words: inCode,
          message: `The answer holds ${sourceText(trace, file, value)} as HTML${keepsScriptsOut(codebase) ? '; only the policy that `helmet` sends keeps scripts in it from running' : ''}.`,
          steps: trace.steps,
        }
      } else if (!trace && isRemoteBody(value, file, codebase)) {
        yield {
          file,
          node,
          severity: 'medium',
          confidence: 'medium',
          words: fromElsewhere,
          message: 'The body of another server’s answer is written into the page as HTML.',
        }
      }
    }
  }
}

/** `hub.challenge` goes back to whoever knows the token that stands beside it: the sender of a webhook signs in with it. */
function isHandshake({ keys, handler }: Trace): boolean {
  const text = handler ? handler.file.text.slice(handler.node.start, handler.node.end) : ''
  return /^(hub[._])?challenge$/.test(keys.at(-1) ?? '') && /verify_token/.test(text)
}

/** `helmet()` sends a policy without inline scripts, unless it is told not to. */
const keepsScriptsOut = onceFor(({ index }: Codebase) => {
  const calls = index.named(/^helmet(\.default)?$/)
  return (
    calls.length > 0 &&
    calls.every(({ call, file }) => !/contentSecurityPolicy/.test(file.text.slice(call.start, call.end)))
  )
})

/** Under `if (!id)`, of a part of the path without which the route is another. */
function isNeverMissing(value: Node, file: SourceFile, { flow }: Codebase): boolean {
  const choice = ancestor(
    value,
    (at) => at.type === 'IfStatement' && contains(at.consequent, value),
    functionAround(value),
  )
  if (choice?.type !== 'IfStatement') return false
  const asked = unwrap(choice.test)
  if (asked.type !== 'UnaryExpression' || asked.operator !== '!') return false
  const trace = flow.trace(asked.argument, file)
  return trace?.kind === 'params' && trace.keys.length === 1 && !trace.inText
}

function isPage(how: string, { framework }: Handler): boolean {
  return /^(send|end|write|html|body)$/.test(how) && !/^(fastify|nest|graphql)$/.test(framework)
}

/** hapi sends every text as HTML, also one that is returned. */
function isHapiPage(how: string, value: Node, file: SourceFile): boolean {
  return /^(response|return)$/.test(how) && /['"`]\s*<\w/.test(file.text.slice(value.start, value.end))
}

/** Pages that cloud functions give back. */
function* inFunctions(file: SourceFile, codebase: Codebase): Iterable<Match> {
  for (const { body, header } of functionAnswersIn(file)) {
    if (!body || !literalText(header('Content-Type'))?.startsWith('text/html')) continue
    const trace = codebase.flow.trace(body, file)
    if (!trace?.inText || isSafeMarkup(trace)) continue
    const message = `The answer holds ${sourceText(trace, file, body)} as HTML.`
    yield { file, node: body, words: inCode, message, steps: trace.steps }
  }
}

/** No link and no form of another site sends such a request: only scripts of one's own do. */
function isOutOfReach(handler: Handler, codebase: Codebase): boolean {
  const routes = routesOf(codebase, handler.node)
  return routes.length > 0 && routes.every((route) => /^(PUT|PATCH|DELETE)$/.test(route.method))
}

/** A sentence about the body of a request: another site has to post a form, and the answer has no markup of its own. */
function isPlainWords(value: Node, file: SourceFile, trace: Trace): boolean {
  return trace.kind === 'body' && !file.text.slice(value.start, value.end).includes('<')
}

/** `res.send` of a text is HTML; of an object it is JSON. */
function asHtml(body: Node, file: SourceFile, method: string): boolean {
  const inner = unwrap(body)
  if (isStructure(inner, file, 0)) return false
  const around = functionAround(body)
  const text = around ? file.text.slice(around.start, body.start) : ''
  // Koa sends a text as HTML when it starts with a tag, or when its type says so; Hono's `body` never does.
  if (method === 'body')
    return (
      /^[`'"]\s*</.test(file.text.slice(inner.start, inner.start + 12)) || /type\s*=\s*['"](text\/)?html/.test(text)
    )
  if (/^[`'"]\s*<\?xml/.test(file.text.slice(inner.start, inner.start + 10))) return false
  if (/application\/(json|octet-stream|(\w+\+)?xml)|text\/(plain|xml)|\.type\(['"](json|text|xml)/.test(text))
    return false
  if (inner.type === 'TemplateLiteral' || inner.type === 'BinaryExpression') return true
  return (
    inner.type === 'MemberExpression' ||
    inner.type === 'Identifier' ||
    (inner.type === 'CallExpression' && !/JSON\.stringify/.test(file.text.slice(inner.start, inner.end)))
  )
}

/** `encodeURIComponent` leaves no bracket and no quote. */
function isSafeMarkup(trace: Trace): boolean {
  return trace.marks.has('html') || trace.marks.has('sanitized') || trace.marks.has('url')
}

/** A function of the project that makes the answer's object: `res.send(envelope({ … }))`. */
function givesObject(value: Node, file: SourceFile, codebase: Codebase): boolean {
  const call = unwrap(value)
  if (call.type !== 'CallExpression') return false
  const maker = codebase.calls.targetOf(call) ?? codebase.meanings.functionOf(call.callee, file)
  if (!maker) return false
  const { body } = maker.node
  if (body && body.type !== 'BlockStatement') return unwrap(body).type === 'ObjectExpression'
  const made = returnsOf(maker.node, maker.file)
  return made.length > 0 && made.every((item) => item.argument && isStructure(item.argument, maker.file, 0))
}

/** An object or a list, by how it is made. */
function isStructure(node: Node, file: SourceFile, depth: number): boolean {
  const inner = unwrap(node)
  if (/^(Object|Array)Expression$/.test(inner.type)) return true
  if (depth > 3) return false
  if (inner.type === 'ConditionalExpression')
    return isStructure(inner.consequent, file, depth + 1) && isStructure(inner.alternate, file, depth + 1)
  if (inner.type === 'CallExpression' && inner.callee.type === 'MemberExpression')
    return /^(map|filter|flatMap|sort|fromEntries)$/.test(keyOf(inner.callee) ?? '')
  if (inner.type !== 'Identifier') return false
  const binding = lookUp(file.scopes, inner, inner.name)
  if (binding?.init && isStructure(binding.init, file, depth + 1)) return true
  return binding !== undefined && getsFields(binding, file)
}

/** `shown.size = 3`: a text takes no fields. */
function getsFields(binding: Binding, file: SourceFile): boolean {
  return file.assignments.some(
    ({ left }) =>
      left.type === 'MemberExpression' &&
      left.object.type === 'Identifier' &&
      left.object.name === binding.name &&
      lookUp(file.scopes, left.object, binding.name) === binding,
  )
}

/** A parameter of a callback of an outgoing request, written into an HTML answer. */
function isRemoteBody(body: Node, file: SourceFile, codebase: Codebase): boolean {
  if (body.type !== 'Identifier') return false
  const binding = lookUp(file.scopes, body, body.name)
  const callback = binding?.parameter?.of
  const call = callback?.parent
  if (!callback || call?.type !== 'CallExpression' || !requestCalls.test(codebase.meanings.nameOf(call.callee, file)))
    return false
  return (
    /text\/html|<\w+>/.test(file.text.slice(callback.start, callback.end)) &&
    isFunction(callback) &&
    parameterName(callback.params.at(-1))?.name === body.name
  )
}

const fromElsewhere: Words = {
  title: 'A page holds what another server says',
  why: 'Whoever runs or breaks into the other server, or chooses it, puts scripts into this page.',
  fix: {
    say: 'Take the values that are needed out of the answer, and escape them.',
    code: { any: "const { price } = quoteSchema.parse(answer.body)\nres.render('quote', { price })" },
  },
}
