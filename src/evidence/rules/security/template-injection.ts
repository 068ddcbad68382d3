import type { Codebase } from '../../codebase.ts'
import { literalText, unwrap, type CallNode, type Node } from '../../parse/ast.ts'
import { responsesIn } from '../../facts/responses.ts'
import type { Trace } from '../../facts/trace.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { callersOf } from '../callers.ts'
import { isChecked } from '../checked-values.ts'
import { isValidated, sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

const compilers =
  /^((ejs|pug|jade|swig|doT|dot|mustache|nunjucks|handlebars|lodash|underscore|hogan\.js|dustjs-linkedin|eta|twig|liquidjs|squirrelly|whiskers|consolidate\.\w+)\.([rR]ender|renderString|renderFile|[cC]ompile|template|parseAndRender)|nunjucks\.(configure|Environment)\(\)\.renderString|(eta\.Eta|liquidjs\.Liquid)\(\)\.(renderString|parse|parseAndRender(Sync)?))$/

export const templateInjection: Rule = {
  id: 'template-injection',
  category: 'template-injection',
  severity: 'critical',
  confidence: 'high',
  title: 'Request input becomes a template or its options',
  why: 'Template engines run code in templates, and several (EJS, Pug, express-hbs) read options such as `layout` and `settings` from the data a view is given.',
  effects: { safety: 'The caller reads files of the server or runs code on it.' },
  fix: {
    say: 'Keep templates constant and pass named values only.',
    code: { any: "res.render('message', { text: String(req.body.text) })" },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/18-Testing_for_Server-side_Template_Injection',
    'https://github.com/mde/ejs/blob/main/SECURITY.md',
  ],
  *find(codebase) {
    yield* compiled(codebase)
    for (const file of codebase.production) {
      for (const { call, method } of responsesIn(file, codebase.web)) {
        if (method !== 'render' && method !== 'view') continue
        yield* chosenView(call, file, codebase)
        yield* dustData(call, file, codebase)
        if (takesOptions(codebase)) yield* wholeInput(call, file, codebase)
      }
    }
  },
}

function* compiled(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(compilers)) {
    const [template] = call.arguments
    const trace = template && !name.endsWith('renderFile') ? codebase.flow.trace(template, file) : undefined
    if (!template || !trace) continue
    const message = `\`${name}\` compiles ${sourceText(trace, file, template)} as a template.`
    yield { file, node: call, ...weightOf(trace, name, codebase), message, steps: trace.steps }
  }
}

/** Who may write the templates of mails does so; Handlebars and its like run no code in them. */
function weightOf(trace: Trace, name: string, codebase: Codebase): Pick<Match, 'severity'> {
  if (callersOf(trace, codebase) === 'anyone') return {}
  return { severity: withoutCode.test(name) ? 'low' : 'medium' }
}

const withoutCode = /^(handlebars|mustache|hogan\.js|liquidjs)\./

function* chosenView(call: CallNode, file: SourceFile, codebase: Codebase): Iterable<Match> {
  const [view] = call.arguments
  if (!view || literalText(view) !== undefined) return
  const trace = codebase.flow.trace(view, file)
  if (!trace || isChecked(trace, call, file) || trace.marks.has('file-name')) return
  const message = `Which view is rendered is chosen by ${sourceText(trace, file, view)}.`
  yield { file, node: call, severity: 'high', message, steps: trace.steps }
}

function* dustData(call: CallNode, file: SourceFile, codebase: Codebase): Iterable<Match> {
  const [view, data] = call.arguments
  if (!view || data?.type !== 'ObjectExpression' || !usesDust(codebase)) return
  if (!/\.dust['"`]?$/.test(file.text.slice(view.start, view.end))) return
  const trace = codebase.flow.trace(data, file)
  if (!trace) return
  const message = `A dust view is given ${sourceText(trace, file, data)}: the \`@if\` of dustjs-helpers before 1.6 runs conditions as code.`
  yield { file, node: call, severity: 'high', confidence: 'medium', message, steps: trace.steps }
}

function* wholeInput(call: CallNode, file: SourceFile, codebase: Codebase): Iterable<Match> {
  const [, data] = call.arguments
  for (const whole of wholesIn(data, file)) {
    const trace = codebase.flow.trace(whole, file)
    if (!trace || trace.inObject || trace.inText || isValidated(codebase, trace)) continue
    if (!/^(body|query)$/.test(trace.kind) || (trace.keys.length > 0 && whole !== data)) continue
    const message = `The view is given ${sourceText(trace, file, call)} whole, template options included.`
    yield { file, node: call, severity: 'high', message, steps: trace.steps }
    return
  }
}

/** An engine that reads its options from the data of a view, or one that is not known. */
function takesOptions({ project }: Codebase): boolean {
  return !project.dependencies.some(({ name }) => /^(mustache(-express)?|benchpressjs|liquidjs)$/.test(name))
}

/** dust's `@if` helper evaluates its condition as code. */
function usesDust(codebase: Codebase): boolean {
  return codebase.project.dependencies.some((item) => /^(dustjs-helpers|dustjs-linkedin|adaro)$/.test(item.name))
}

/** Objects whose keys all reach the view: the data itself, or what is spread into it. */
function wholesIn(data: Node | undefined, file: SourceFile): Node[] {
  const inner = data && unwrap(data)
  const init = inner?.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name)?.init : undefined
  const object = init?.type === 'ObjectExpression' ? init : inner
  if (object?.type === 'ObjectExpression')
    return object.properties.flatMap((property) => (property.type === 'SpreadElement' ? [property.argument] : []))
  return inner?.type === 'MemberExpression' || inner?.type === 'Identifier' ? [inner] : []
}
