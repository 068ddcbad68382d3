import type { Codebase } from '../../codebase.ts'
import type { Trace } from '../../facts/trace.ts'
import { functionAround, literalText, pathOf, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { callersOf } from '../callers.ts'
import { isChecked } from '../checked-values.ts'
import { sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'
import { isHostTested, startsWithInput } from '../url-start.ts'

export const ssrf: Rule = {
  id: 'ssrf',
  category: 'ssrf',
  severity: 'high',
  confidence: 'high',
  title: 'The server calls an address the caller chooses',
  why: 'From inside the network the server reaches what the caller cannot: metadata services, databases, admin pages.',
  effects: { safety: 'The caller reads internal services through this server.' },
  fix: {
    say: 'Choose the host from a fixed list; let the caller choose only a key.',
    code: {
      any: "const hosts = new Map([['stocks', 'https://api.example.com']])\nconst host = hosts.get(req.query.source)\nif (!host) return res.status(400).json({ error: 'unknown source' })\nconst answer = await fetch(new URL('/v1/quote', host), { signal: AbortSignal.timeout(5_000) })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    for (const { call, file, name } of codebase.index.named(
      /^((net|tls)\.(connect|createConnection)|net\.Socket\(\)\.connect)$/,
    )) {
      const found = call.arguments.flatMap((argument) => codebase.flow.trace(argument, file, addressKeys) ?? [])
      const trace = found.find(
        (item) => !isChecked(item, call, file) && /host|ip|addr|server|target/i.test(nameIn(item)),
      )
      if (trace)
        yield { file, node: call, message: `\`${name}\` goes to ${sourceText(trace, file, call)}.`, steps: trace.steps }
    }
    for (const { call, file, name } of codebase.index.named(pageMakers)) {
      const [html] = call.arguments
      const trace = html && codebase.flow.trace(html, file)
      if (!trace || trace.marks.has('html') || trace.marks.has('sanitized') || isChecked(trace, call, file)) continue
      yield {
        file,
        node: call,
        ...(trace.inText || trace.inObject ? { severity: 'medium' } : {}),
        message: `\`${name}\` opens a page that holds ${sourceText(trace, file, html)}: its tags load addresses and files from here.`,
        steps: trace.steps,
      }
    }
    for (const { call, file, client } of codebase.asyncWork.outgoing) {
      const url = urlOf(call.arguments, file, codebase)
      if (!url || literalText(url) !== undefined) continue
      const trace = codebase.flow.trace(url, file, addressKeys)
      if (!trace || trace.marks.has('sanitized') || isChecked(trace, call, file)) continue
      if (!startsWithInput(url, file, codebase)) continue
      if (filtersAddresses.test(file.path) || /ssrf/i.test(file.text.slice(call.start, call.end))) continue
      if (isRefusedBefore(url, file) || isHostTested(url, file)) continue
      yield {
        file,
        node: call,
        ...(isNarrow(url, file) || callersOf(trace, codebase) !== 'anyone' ? { severity: 'medium' } : {}),
        message: `\`${client}\` is sent to an address from ${sourceText(trace, file, url)}.`,
        steps: trace.steps,
      }
    }
  },
}

/** `ssrf-guard.ts` is there to keep addresses from being called; `ssrf.js` and `ssrfController.js` may be anything. */
const filtersAddresses = /ssrf(?![-_.]?(controllers?|routes?|router|handlers?|vuln\w*)?\.\w+$)/i

/** What makes a picture or a document of HTML, in a browser on the server. */
const pageMakers =
  /^((puppeteer|playwright)[\w-]*\..*\.setContent|phantom\.create\(\)\.createPage\(\)\.(open|setContent)|wkhtmltopdf|wkhtmltoimage\.generate|html-pdf\.create)$/

/** The field of the request, or the name it goes by where it is used. */
function nameIn({ keys, bindings }: Trace): string {
  return [keys.at(-1) ?? '', ...bindings.map(({ name }) => name)].join(' ')
}

/** Those that decide the host, first ones first. */
const addressKeys: ReadonlySet<string> = new Set(['url', 'uri', 'href', 'hostname', 'host', 'baseURL'])

/** `https://${domain}/.well-known/settings`: a host that must prove its name, and no path of the caller's. */
function isNarrow(url: Node, file: SourceFile): boolean {
  const inner = unwrap(url)
  if (inner.type === 'Identifier') {
    const init = lookUp(file.scopes, inner, inner.name)?.init
    return init !== undefined && init !== null && isNarrow(init, file)
  }
  if (inner.type !== 'TemplateLiteral') return false
  const [first = '', second] = inner.quasis.map(({ value }) => value.raw)
  const host = inner.expressions[0]
  const isName = host?.type === 'CallExpression' && pathOf(host.callee) === 'encodeURIComponent'
  return (first.startsWith('https://') || (isName && first.startsWith('http://'))) && /^\/[\w.]/.test(second ?? '')
}

/** `await resolveAndValidate(url)` before the call throws for what may not be asked; so does `isPrivateIp(hostname)`. */
function isRefusedBefore(url: Node, file: SourceFile): boolean {
  const around = functionAround(url)
  if (!around) return false
  const before = file.text.slice(around.start, url.start)
  if (/\bis\w*(private|internal|loopback|reserved)\w*\(/i.test(before)) return true
  if (url.type !== 'Identifier') return false
  return new RegExp(String.raw`\w*(valid|allow|deny|block|safe|guard)\w*\(\s*${RegExp.escape(url.name)}\b`, 'i').test(
    before,
  )
}

function urlOf(list: readonly Node[], file: SourceFile, codebase: Codebase): Node | undefined {
  const [first, second] = list
  if (first && second && /^(get|post|put|patch|delete|head)$/i.test(literalText(first) ?? '')) return second
  const options = first && optionsOf(first, file, codebase)
  if (!options) return first
  const named = [...addressKeys].map((key) => propertyOf(options, key))
  // An object that has a name may get its address later.
  return named.find((value) => value !== undefined) ?? (first.type === 'Identifier' ? first : undefined)
}

/** Options written in the call, or by name before it. */
function optionsOf(node: Node, file: SourceFile, codebase: Codebase): Node | undefined {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression') return inner
  const meaning = inner.type === 'Identifier' ? codebase.meanings.of(inner, file) : undefined
  return meaning?.kind === 'value' && meaning.node.type === 'ObjectExpression' && meaning.file === file
    ? meaning.node
    : undefined
}
