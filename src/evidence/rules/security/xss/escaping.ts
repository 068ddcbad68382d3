import type { Codebase } from '../../../codebase.ts'
import { objectOf } from '../../../facts/sessions.ts'
import { ancestor, keyOf, literalText, propertyOf, type Node } from '../../../parse/ast.ts'
import { goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'
import { isMail } from './in-views.ts'

/** Template engines told not to escape, and data that is written into a page as script without escaping. */
export function* unescapedEngines(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^serialize-javascript$/)) {
    const options = call.arguments[1] && objectOf(call.arguments[1], file, codebase.meanings)
    if (literalText(propertyOf(options?.node, 'unsafe')) !== 'true') continue
    const message = '`unsafe: true` leaves `</script>` in the data as it is: a text in it can end the script.'
    yield { file, node: call, message, confidence: 'medium' }
  }
  for (const file of codebase.production) {
    for (const { left } of overwrittenEscapes(file)) {
      if (codebase.meanings.nameOf(left, file) !== 'mustache.escape') continue
      const message = 'This replaces how Mustache escapes, for all views: what it leaves is printed as HTML.'
      yield { file, node: left, message, severity: 'medium', confidence: 'medium' }
    }
    for (const node of escapingOff(file))
      yield isOfOneTemplate(node) || isOfMessages(file)
        ? {
            file,
            node,
            severity: 'medium',
            words: isNoEscape(node, file) ? withoutOption : switchedOff,
            message: 'What this makes is not escaped: as HTML, every value in it is markup.',
          }
        : {
            file,
            node,
            words: isNoEscape(node, file) ? withoutOption : switchedOff,
            message: 'Escaping is switched off for all views: every value printed is HTML.',
          }
  }
}

const overwrittenEscapes = atOnce((file: SourceFile) =>
  file.text.includes('.escape = ') ? file.assignments.filter(({ left }) => keyOf(left) === 'escape') : [],
)

const escapingOff = atOnce((file: SourceFile) =>
  goingBy(propertiesOf(file), ['autoEscape', 'autoescape', 'noEscape']).filter((property) => {
    const name = keyOf(property)
    const value = literalText(property.value)
    return (
      (/^(autoescape|autoEscape)$/.test(name ?? '') && value === 'false') ||
      (name === 'noEscape' && value === 'true' && !isPlainText(property, file))
    )
  }),
)

/** Letters and short messages are no HTML. */
function isOfMessages({ path }: SourceFile): boolean {
  return /(^|\/)(notifications?|sms|letters?|messages?)\//i.test(path)
}

/** `Handlebars.compile(text, { noEscape: true })`, whatever becomes of the text. */
function isOfOneTemplate(property: Node): boolean {
  const call = ancestor(property, (at) => at.type === 'CallExpression')
  return call?.type === 'CallExpression' && /^(compile|render|renderString|template)$/.test(keyOf(call.callee) ?? '')
}

/** The subject or the plain text of a mail holds no HTML. */
function isPlainText(property: Node, file: SourceFile): boolean {
  const call = ancestor(property, (at) => at.type === 'CallExpression')
  const holder = call?.parent
  return /subject|text|plain|from|sender|recipient|sql|query|prompt|markdown|yaml|url|secret/i.test(
    (holder?.type === 'Property' ? (keyOf(holder) ?? '') : '') +
      (call ? file.text.slice(call.start, property.start) : ''),
  )
}

/** Text escaped for HTML that is meant for a URL: escaping leaves `javascript:` as it is. */
export function* wrongContext(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('encodeForHTML', 'escapeHtml', 'escapeHTML')) {
    const argument = call.arguments[0]
    const text = argument ? file.text.slice(argument.start, argument.end) : ''
    if (/(url|website|link|href|homepage)$/i.test(text)) {
      yield {
        file,
        node: call,
        severity: 'medium',
        confidence: 'medium',
        words: asLink,
        message: `\`${text}\` is an address: escaping for HTML leaves \`javascript:\` in it.`,
      }
    }
  }
  for (const [path, text] of codebase.texts) {
    if (!/\.(html?|njk|swig|hbs)$/.test(path) || !/views|templates/.test(path) || isMail(path)) continue
    for (const match of text.matchAll(/href="\{\{\s*([\w.]+)\s*\}\}"/g)) {
      if (!/(website|safestring|homepage|blog|profileUrl)$/i.test(match[1] ?? '')) continue
      yield {
        file: { path, text },
        line: text.slice(0, match.index).split('\n').length,
        severity: 'medium',
        confidence: 'medium',
        words: asLink,
        message: `\`${match[1]}\` becomes a link as it is: escaping does not stop \`javascript:\`.`,
      }
    }
  }
}

const switchedOff: Words = {
  title: 'Views print values as HTML',
  fix: {
    say: 'Leave escaping on, and mark the few values that are HTML.',
    code: { any: '{ autoescape: true }\n// in a view: {{ page.html | safe }}' },
  },
}

function isNoEscape({ start, end }: Node, { text }: SourceFile): boolean {
  return text.slice(start, end).includes('noEscape')
}

const withoutOption: Words = {
  title: 'Views print values as HTML',
  fix: {
    say: 'Take `noEscape` out, and write three braces around the few values that are HTML.',
    code: { any: 'const view = Handlebars.compile(text)\n// in a view: {{{ page.html }}}' },
  },
}

const asLink: Words = {
  title: 'A link leads where a user says',
  why: 'An address that begins with `javascript:` runs in the page of whoever clicks on it.',
  fix: {
    say: 'Take addresses of http and https only.',
    code: {
      any: "const { protocol } = new URL(address)\nif (!['http:', 'https:'].includes(protocol)) throw new Error('no web address')",
    },
  },
}
