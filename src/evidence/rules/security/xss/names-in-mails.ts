import type { Codebase } from '../../../codebase.ts'
import { constantText } from '../../../facts/written-values.ts'
import { purposeOf, lineOf } from '../../places.ts'
import { contains, functionAround, keyOf, pathOf, propertyOf, unwrap, type Node } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf, plainCallsOf } from '../../../parse/by-name.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { atOnce, once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

/** `<h1>Hello ${user.name}</h1>` in a mail: what people call themselves is read as HTML by whoever gets it. */
export function* namesInMails(codebase: Codebase, told: ReadonlySet<Node>): Iterable<Match> {
  for (const file of codebase.production) {
    const found = markupIn(file).flatMap((template) => {
      if (told.has(template)) return []
      const value = template.expressions
        .map(plain)
        .find((item) => isOwnName(item) && constantText(item, file) === undefined)
      return value && isOfMail(template, file, codebase) ? [{ template, value }] : []
    })
    const [first, ...rest] = found
    if (!first) continue
    yield {
      file,
      node: first.value,
      severity: 'low',
      confidence: 'medium',
      words: inMail,
      message: `\`${file.text.slice(first.value.start, first.value.end)}\` goes into the HTML of a mail as its owner wrote it.`,
      also: rest.map(({ template }) => ({ path: file.path, line: lineOf(template, file) })),
    }
  }
}

/** Said of all markup of mails. */
export const inMail: Words = {
  title: 'A mail shows a value as HTML',
  why: 'Programs for mail run no scripts, but they show what else is in the value: a link or a form of a stranger, in a mail that comes from you.',
  effects: { safety: 'Your own mails are used to fish for passwords.' },
  fix: {
    say: 'Escape what people wrote before it becomes part of the markup.',
    code: { any: "import escape from 'lodash/escape.js'\nconst html = `<p>Hello ${escape(user.name)}</p>`" },
  },
}

const isOfMails = /mail/i

/** Whether markup is written for a mail: programs that show mails run no scripts. */
export function isOfMail(markup: Node, file: SourceFile, codebase: Codebase): boolean {
  return isOfMails.test(`${file.path} ${purposeOf(codebase, markup)}`) || hasSubject(markup) || isMailed(markup, file)
}

/** `{ to, subject, html: `<p>…` }` */
function hasSubject({ parent }: Node): boolean {
  return parent?.type === 'Property' && keyOf(parent) === 'html' && propertyOf(parent.parent, 'subject') !== undefined
}

/** `sendMail(to, subject, text)`, or `mailer.send({ to, html })`, of the text or of the name it is given before. */
function isMailed(template: Node, file: SourceFile): boolean {
  const name = template.parent?.type === 'VariableDeclarator' ? template.parent.id : undefined
  const around = functionAround(template)
  return mailing(file).some((call) => {
    if (contains(call, template)) return true
    if (name?.type !== 'Identifier' || functionAround(call) !== around) return false
    return call.arguments.some((given) => mentionsOf(name.name, given).length > 0)
  })
}

const mailing = once((file: SourceFile) =>
  [...goingBy(plainCallsOf(file), isOfMails), ...goingBy(methodCallsOf(file), /mail|^send$/i)].filter(
    ({ callee, type }) => type === 'CallExpression' && isOfMails.test(pathOf(callee)),
  ),
)

const markupIn = atOnce((file: SourceFile) =>
  file.templates.filter(
    ({ expressions, quasis }) =>
      expressions.length > 0 &&
      quasis.some(({ value }) => /<(p|h[1-6]|div|table|td|html|body|strong|b|br|a)[\s/>]/i.test(value.raw)),
  ),
)

/** `name || 'there'` is the name. */
function plain(node: Node): Node {
  const inner = unwrap(node)
  return inner.type === 'LogicalExpression' && inner.operator !== '&&' ? plain(inner.left) : inner
}

/** A name that somebody gave themselves. */
function isOwnName(node: Node): boolean {
  if (node.type === 'Identifier')
    return /^(name|user_?name|(full|first|last|display|nick|user)_?name)$/i.test(node.name)
  if (node.type !== 'MemberExpression') return false
  const key = keyOf(node) ?? ''
  if (/^(user_?name|(full|first|last|display|nick)_?name)$/i.test(key)) return true
  const holder = unwrap(node.object)
  const name =
    holder.type === 'MemberExpression' ? (keyOf(holder) ?? '') : holder.type === 'Identifier' ? holder.name : ''
  return key === 'name' && /user|customer|member|person|client|student|employee|author|sender|recipient/i.test(name)
}
