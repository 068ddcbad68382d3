import type { Codebase } from '../../codebase.ts'
import { answersIn } from '../../facts/answers.ts'
import type { Handler } from '../../facts/handlers.ts'
import { responsesIn } from '../../facts/responses.ts'
import { rawOutputs, type RawOutput } from '../../facts/views.ts'
import type { Trace } from '../../facts/trace.ts'
import {
  ancestor,
  functionAround,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  unwrap,
  type Node,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { importsPackage, routesOf, sourceText } from '../places.ts'
import { valuesGiven, type Given } from '../view-values.ts'
import { requestCalls } from '../../facts/outgoing-calls.ts'
import type { Match, Rule } from '../rule.ts'

export const xss: Rule = {
  id: 'xss',
  category: 'xss',
  severity: 'high',
  confidence: 'high',
  title: 'A page prints a value as HTML',
  why: 'Text from a user or the database that is not escaped can hold `<script>` and runs in the browser of whoever opens the page.',
  effects: { safety: 'Scripts of an attacker act as the signed-in visitor.' },
  fix: {
    say: 'Let the template engine escape; where HTML is wanted, clean it first.',
    code: { any: '<p><%= user.name %></p>\n<div><%- sanitizeHtml(marked.parse(post.body)) %></div>' },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    yield* inViews(codebase)
    yield* inResponses(codebase)
    yield* unescapedEngines(codebase)
    yield* wrongContext(codebase)
    yield* reflected(codebase)
    yield* builtHtml(codebase)
  },
}

function* inViews(codebase: Codebase): Iterable<Match> {
  const cleans = importsPackage(codebase, /dompurify|sanitize-html|^xss$|insane|rehype-sanitize/)
  for (const [output, ...copies] of alike(rawOutputs(codebase.texts))) {
    if (!output) continue
    if (cleans && namedMarkup.test(output.expression)) continue
    // A loop's number, and a link the service made for its own mail.
    if (/^(i|j|k|n|idx|index)(\s*[+*-]\s*\d+)?$/.test(output.expression)) continue
    if (isMail(output.path) && /(url|link)$/i.test(output.expression)) continue
    if (ownNames.test(output.expression)) continue
    const given = valuesGiven(output, codebase)
    if (given === 'own') continue
    yield {
      file: { path: output.path, text: output.text },
      line: output.line,
      also: copies.map(({ path, line }) => ({ path, line })),
      ...weightOf(output, given),
      message: `The view prints \`${output.expression.slice(0, 60)}\` without escaping (\`${output.how}\`).`,
    }
  }
}

/** What the service is told by its settings, and helpers that make parts of a page. */
const ownNames =
  /(^|\.)((public|base|site|app|server|own|home)(server)?_?-?(url|name|id|path)|locale|lang)$|^[\w.]*(menu|toolbar|button|icon|asset|url_?for|csrf\w*|__|i18n|t)\(/i

/** Copies of one view, for each language, print the same value. */
function alike(outputs: readonly RawOutput[]): Iterable<RawOutput[]> {
  return Map.groupBy(outputs, ({ path, expression, line }) =>
    [path.split('/').at(-1), expression, isTranslated(path) ? '' : `${path}:${line}`].join('\n'),
  ).values()
}

function isTranslated(path: string): boolean {
  return /(^|\/)(public|views?|templates|pages|locales?|lang)\//.test(path)
}

function isMail(path: string): boolean {
  return /(^|\/)[\w-]*(mail|email)[\w-]*(\/|\.\w+$)/i.test(path)
}

const namedMarkup =
  /html|markup|header|footer|render|content|css|style|script|code|inject|comments\.|stringify|svg|icon/i

/** What a name says is already HTML may be meant so, and few mail programs run scripts. */
function weightOf(output: RawOutput, given: Given): Pick<Match, 'severity' | 'confidence'> {
  if (isMail(output.path)) return { severity: 'info', confidence: 'low' }
  const isMarkup = namedMarkup.test(output.expression)
  return { severity: isMarkup || given === 'unknown' ? 'medium' : 'high', confidence: 'medium' }
}

/** What is printed, without what only chooses the words: `t('PAGES.TITLE', { lng: lang })`. */
function withoutWords(expression: string): string {
  return expression.replaceAll(/\b(t|__|i18n|translate|gettext|trans)\([^()]*\)/g, '')
}

/** Request input handed to a view that prints it raw. */
function* reflected(codebase: Codebase): Iterable<Match> {
  const raw = rawOutputs(codebase.texts)
  if (raw.length === 0) return
  for (const file of codebase.production) {
    for (const { call, method } of responsesIn(file, codebase.web)) {
      const view = literalText(call.arguments[0])
      const data = call.arguments[1]
      if (method !== 'render' || view === undefined || data?.type !== 'ObjectExpression') continue
      const stem = view.replace(/^\.?\//, '').replace(/\.\w+$/, '')
      const printed = raw.filter((output) => output.path.replace(/\.\w+$/, '').endsWith(`/${stem}`))
      const property = data.properties.find(
        (item) =>
          item.type === 'Property' &&
          printed.some((output) => new RegExp(`\\b${keyOf(item) ?? ' '}\\b`).test(withoutWords(output.expression))),
      )
      if (property?.type !== 'Property') continue
      const trace = codebase.flow.trace(property.value, file)
      if (trace && !trace.marks.has('html') && !trace.marks.has('sanitized')) {
        yield {
          file,
          node: call,
          message: `The view \`${view}\` prints ${sourceText(trace, file, call)} without escaping.`,
          steps: trace.steps,
        }
      }
    }
  }
}

function* inResponses(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, value, how, handler } of answersIn(file, codebase)) {
      if (!/^(send|end|write|html|body)$/.test(how) || /^(fastify|nest|graphql)$/.test(handler.framework)) continue
      if (literalText(value) !== undefined || value.type === 'ObjectExpression') continue
      const trace = codebase.flow.trace(value, file)
      // A body that was parsed is an object, and is sent as one.
      if (trace?.kind === 'body' && trace.keys.length === 0 && !trace.inText) continue
      if (trace && !isSafeMarkup(trace) && !givesObject(value, file, codebase) && asHtml(value, file, how)) {
        yield {
          file,
          node,
          ...(isPlainWords(value, file, trace) ? { severity: 'medium' as const } : {}),
          ...(trace.kind === 'cookies' || isOutOfReach(handler, codebase) ? { severity: 'low' as const } : {}),
          confidence: trace.inText ? 'high' : 'medium',
          message: `The answer holds ${sourceText(trace, file, value)} as HTML.`,
          steps: trace.steps,
        }
      } else if (!trace && isRemoteBody(value, file, codebase)) {
        yield {
          file,
          node,
          severity: 'medium',
          confidence: 'medium',
          message: 'The body of another server’s answer is written into the page as HTML.',
        }
      }
    }
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

/** `'<p>' + name + '</p>'` in a function that makes part of a page or of a mail. */
function* builtHtml(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, values } of markupIn(file)) {
      const around = functionAround(node)
      if (!around || !codebase.web.inRequest.has(around)) continue
      for (const value of values) {
        const trace = codebase.flow.trace(value, file)
        if (
          !trace ||
          trace.marks.has('html') ||
          trace.marks.has('sanitized') ||
          !/^(body|query|params|headers|cookies|url)$/.test(trace.kind) ||
          isIdOfRoute(trace)
        )
          continue
        if (answersIn(file, codebase).some((answer) => answer.node.start <= node.start && node.end <= answer.node.end))
          break
        yield {
          file,
          node,
          severity: 'medium',
          confidence: 'medium',
          message: `HTML is made of ${sourceText(trace, file, value)} as it is.`,
          steps: trace.steps,
        }
        break
      }
    }
  }
}

/** Without a record of that id there is no page. */
function isIdOfRoute(trace: Trace): boolean {
  return trace.kind === 'params'
}

const markupStart =
  /^\s*<(!doctype html|p|div|span|h[1-6]|a|b|i|u|li|ul|ol|table|tr|td|th|body|html|head|img|form|input|br|hr|strong|em|pre|code|title|section|center|iframe|button|label)[\s>/]/i

const markupIn = once((file: SourceFile): { node: Node; values: readonly Node[] }[] => [
  ...file.binaries.flatMap((node) => {
    if (node.operator !== '+' || node.parent?.type === 'BinaryExpression') return []
    const parts = partsOf(node)
    const [head] = parts
    const values = parts.filter((part) => literalText(part) === undefined)
    return head && markupStart.test(literalText(head) ?? '') && values.length > 0 ? [{ node, values }] : []
  }),
  ...file.templates.flatMap((node) =>
    node.expressions.length > 0 && markupStart.test(node.quasis[0]?.value.cooked ?? '')
      ? [{ node, values: node.expressions }]
      : [],
  ),
])

function partsOf(node: Node): Node[] {
  const inner = unwrap(node)
  return inner.type === 'BinaryExpression' && inner.operator === '+'
    ? [...partsOf(inner.left), ...partsOf(inner.right)]
    : [inner]
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
  if (/application\/(json|octet-stream)|text\/plain|\.type\(['"](json|text)/.test(text)) return false
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
  const made = maker.file.returns.filter((item) => functionAround(item) === maker.node)
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
  const init = lookUp(file.scopes, inner, inner.name)?.init
  return init !== undefined && isStructure(init, file, depth + 1)
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

function* unescapedEngines(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const node of escapingOff(file))
      yield { file, node, message: 'Escaping is switched off for all views: every value printed is HTML.' }
  }
}

const escapingOff = once((file: SourceFile) =>
  file.properties.filter((property) => {
    const name = keyOf(property)
    const value = literalText(property.value)
    return (
      (/^(autoescape|autoEscape)$/.test(name ?? '') && value === 'false') ||
      (name === 'noEscape' && value === 'true' && !isPlainText(property, file))
    )
  }),
)

/** The subject or the plain text of a mail holds no HTML. */
function isPlainText(property: Node, file: SourceFile): boolean {
  const call = ancestor(property, (at) => at.type === 'CallExpression')
  const holder = call?.parent
  return /subject|text|plain|from|sender|recipient/i.test(
    (holder?.type === 'Property' ? (keyOf(holder) ?? '') : '') +
      (call ? file.text.slice(call.start, property.start) : ''),
  )
}

/** Text escaped for HTML that is meant for a URL: escaping leaves `javascript:` as it is. */
function* wrongContext(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('encodeForHTML', 'escapeHtml', 'escapeHTML')) {
    const argument = call.arguments[0]
    const text = argument ? file.text.slice(argument.start, argument.end) : ''
    if (/(url|website|link|href|homepage)$/i.test(text)) {
      yield {
        file,
        node: call,
        severity: 'medium',
        confidence: 'medium',
        message: `\`${text}\` is an address: escaping for HTML leaves \`javascript:\` in it.`,
      }
    }
  }
  for (const [path, text] of codebase.texts) {
    if (!/\.(html?|njk|swig|hbs)$/.test(path) || !/views|templates/.test(path) || isMail(path)) continue
    for (const match of text.matchAll(/href="\{\{\s*([\w.]+)\s*\}\}"/g)) {
      if (!/(website|safestring|homepage|(^|\.)link|blog|profileUrl)$/i.test(match[1] ?? '')) continue
      yield {
        file: { path, text },
        line: text.slice(0, match.index).split('\n').length,
        severity: 'medium',
        confidence: 'medium',
        message: `\`${match[1]}\` becomes a link as it is: escaping does not stop \`javascript:\`.`,
      }
    }
  }
}
