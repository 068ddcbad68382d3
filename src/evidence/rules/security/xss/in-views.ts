import type { Codebase } from '../../../codebase.ts'
import { responsesIn } from '../../../facts/responses.ts'
import { rawOutputs, type RawOutput } from '../../../facts/views.ts'
import { keyOf, literalText, type CallNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne, inWords } from '../../matches.ts'
import { importsPackage, sourceText } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'
import { valuesGiven, type Given } from '../../view-values.ts'

/** Views that print values raw: one finding for the fields of one thing that stand together. */
export function* inViews(codebase: Codebase): Iterable<Match> {
  const { true: inScripts = [], false: others = [] } = Object.groupBy(
    printedBy(codebase),
    ({ output }) => `${isJson(output)}` as const,
  )
  const groups: Printed[][] = []
  for (const printed of others) {
    const group = groups.findLast(([first]) => first && standTogether(first.output, printed.output))
    if (group) group.push(printed)
    else groups.push([printed])
  }
  for (const group of groups) yield* asOneMatch(group)
  for (const ofView of Map.groupBy(inScripts, ({ output }) => output.path).values())
    yield* inWords(asJson, asOneMatch(ofView.slice(0, 1), ofView.slice(1)))
}

function isJson({ expression }: RawOutput): boolean {
  return /\bJSON\.stringify\(/.test(expression)
}

const asJson: Words = {
  title: 'Data can end the script it stands in',
  why: '`JSON.stringify` leaves `</script>` as it is: a value that holds it ends the script, and what follows is read as HTML.',
  fix: {
    say: 'Escape `<` in JSON that is printed into a page.',
    code: { any: "<script>\n  const job = <%- JSON.stringify(job).replaceAll('<', '\\\\u003c') %>\n</script>" },
  },
}

type Printed = { output: RawOutput; copies: readonly RawOutput[]; weight: ReturnType<typeof weightOf> }

const mostLinesApart = 3

/** `products[i].name` and, a line on, `products[i].price`. */
function standTogether(one: RawOutput, other: RawOutput): boolean {
  const thingOf = ({ expression }: RawOutput) => /^([\w$.[\]]+)\.\w+$/.exec(expression)?.[1]
  return (
    one.path === other.path &&
    one.how === other.how &&
    thingOf(one) !== undefined &&
    thingOf(one) === thingOf(other) &&
    other.line - one.line <= mostLinesApart
  )
}

/** One finding that names the values of a group; those that are like them are other places of it. */
function* asOneMatch(group: readonly Printed[], likeThem: readonly Printed[] = []): Iterable<Match> {
  const [first, ...rest] = group
  if (!first) return
  const { path, text, line, how } = first.output
  const places = [...first.copies, ...[...rest, ...likeThem].flatMap(({ output, copies }) => [output, ...copies])]
  const names = group.map(({ output }) => `\`${output.expression.slice(0, 60)}\``)
  yield {
    file: { path, text },
    line,
    also: places.map((place) => ({ path: place.path, line: place.line })),
    ...(group.find(({ weight }) => weight.severity === 'high') ?? first).weight,
    message: `The view prints ${new Intl.ListFormat('en').format(names)} ${isJson(first.output) ? 'as it is' : 'without escaping'} (\`${how}\`).`,
  }
}

function* printedBy(codebase: Codebase): Iterable<Printed> {
  const cleans = importsPackage(codebase, /dompurify|sanitize-html|^xss$|insane|rehype-sanitize/)
  for (const [output, ...copies] of alike(rawOutputs(codebase.texts))) {
    if (!output) continue
    if (cleans && namedMarkup.test(output.expression)) continue
    // A loop's number, and a link the service made for its own mail.
    if (/^(i|j|k|n|idx|index)(\s*[+*-]\s*\d+)?$/.test(output.expression)) continue
    if (isMail(output.path) && /(url|link)$/i.test(output.expression)) continue
    if (madeTexts.test(output.expression) || ownNames.test(output.expression) || isNumber(output.expression, codebase))
      continue
    const given = valuesGiven(output, codebase)
    if (given === 'own') continue
    yield { output, copies, weight: weightOf(output, given) }
  }
}

/** What the service is told by its settings, and helpers that make parts of a page. */
const ownNames =
  /(^|\.)((public|base|site|app|server|own|home)(server)?_?-?(url|name|id|path)|locale|lang)$|^[\w.]*(menu|toolbar|button|icon|asset|url_?for|csrf\w*|__|i18n|t)\(/i

/** What a program makes has letters and numbers alone; where it is the request's own, that is told by the handler. */
const madeTexts = /^(\w+\.)*\w*(api_?token|apiToken|api_?key|apiKey|uuid|nonce)$/

/** Numbers and dates hold no markup, nor do columns that hold nothing else. */
function isNumber(expression: string, { entities }: Codebase): boolean {
  const name = /(?:^|\.)(\w+)$/.exec(expression)?.[1]
  if (name === undefined) return false
  const columns = entities.flatMap(({ fields }) => fields.filter((field) => field.name === name))
  return (
    numbers.test(name) ||
    (expression.includes('.') && columns.length > 0 && columns.every(({ type }) => numeric.test(type)))
  )
}

const numbers = /^_?id$|(count|total|time|date|size|length|index|_at|At)$/
const numeric = /^\W*(\w+\.)?(small|big|medium|tiny)?(int(eger)?|serial|number|decimal|float|double|real|numeric)\b/i

/** Copies of one view, for each language, print the same value. */
function alike(outputs: readonly RawOutput[]): Iterable<RawOutput[]> {
  return Map.groupBy(outputs, ({ path, expression, line }) =>
    [path.split('/').at(-1), expression, isTranslated(path) ? '' : `${path}:${line}`].join('\n'),
  ).values()
}

function isTranslated(path: string): boolean {
  return /(^|\/)(public|views?|templates|pages|locales?|lang)\//.test(path)
}

export function isMail(path: string): boolean {
  return /(^|\/)[\w-]*(mail|email)[\w-]*(\/|\.\w+$)/i.test(path)
}

const namedMarkup =
  /html|markup|header|footer|render|content|css|style|(?<!de)script|_?code_?(block|snippet)|embed|inject|comments\.|stringify|svg|icon/i

/** What a name says is already HTML may be meant so, and few mail programs run scripts. */
function weightOf(output: RawOutput, given: Given): Pick<Match, 'severity' | 'confidence'> {
  if (isMail(output.path)) return { severity: 'info', confidence: 'low' }
  // What a method makes is mostly made to be markup.
  const isMarkup =
    namedMarkup.test(output.expression) ||
    /\w\(/.test(output.expression) ||
    /(block|table|link)\s*(\||$)/i.test(output.expression)
  return { severity: isMarkup || given === 'unknown' ? 'medium' : 'high', confidence: 'medium' }
}

/** What is printed, without what only chooses the words: `t('PAGES.TITLE', { lng: lang })`. */
function withoutWords(expression: string): string {
  return expression.replaceAll(/\b(t|__|i18n|translate|gettext|trans)\([^()]*\)/g, '')
}

/** Request input handed to a view that prints it raw: one finding for what a file hands to a view under one name. */
export function* reflected(codebase: Codebase): Iterable<Match> {
  const raw = rawOutputs(codebase.texts)
  if (raw.length === 0) return
  for (const file of codebase.production) {
    const handed = responsesIn(file, codebase.web).flatMap(({ call, method }) =>
      method === 'render' ? (printedRaw(call, file, raw, codebase) ?? []) : [],
    )
    for (const same of Map.groupBy(handed, ({ printed }) => printed).values())
      yield* inOne(same.map(({ match }) => match))
  }
}

type Handed = { printed: string; match: Match }

function printedRaw(
  call: CallNode,
  file: SourceFile,
  raw: readonly RawOutput[],
  codebase: Codebase,
): Handed | undefined {
  const view = literalText(call.arguments[0])
  const data = call.arguments[1]
  if (view === undefined || data?.type !== 'ObjectExpression') return undefined
  const stem = view.replace(/^\.?\//, '').replace(/\.\w+$/, '')
  const outputs = raw.filter((output) => output.path.replace(/\.\w+$/, '').endsWith(`/${stem}`))
  const property = data.properties.find(
    (item) =>
      item.type === 'Property' &&
      outputs.some((output) => new RegExp(`\\b${keyOf(item) ?? ' '}\\b`).test(withoutWords(output.expression))),
  )
  if (property?.type !== 'Property') return undefined
  const trace = codebase.flow.trace(property.value, file)
  if (!trace || trace.marks.has('html') || trace.marks.has('sanitized')) return undefined
  const message = `The view \`${view}\` prints ${sourceText(trace, file, call)} without escaping.`
  return { printed: `${stem} ${keyOf(property) ?? ''}`, match: { file, node: call, message, steps: trace.steps } }
}
