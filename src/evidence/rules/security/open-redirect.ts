import type { Codebase } from '../../codebase.ts'
import { answersIn } from '../../facts/answers.ts'
import { functionAnswersIn } from '../../facts/function-answers.ts'
import { decoratorName } from '../../facts/handlers.ts'
import { bodyText, responsesIn } from '../../facts/responses.ts'
import type { Trace } from '../../facts/trace.ts'
import {
  ancestor,
  contains,
  functionAround,
  literalText,
  parameterName,
  propertyOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { isChecked } from '../checked-values.ts'
import { sourceText } from '../places.ts'
import { isHostTested, startsWithInput } from '../url-start.ts'
import type { Match, Rule, Words } from '../rule.ts'

export const openRedirect: Rule = {
  id: 'open-redirect',
  category: 'open-redirect',
  severity: 'medium',
  confidence: 'high',
  title: 'A redirect goes where the request says',
  why: 'A link to your own site that ends on another one is what phishing needs; with a login in between it also leaks tokens.',
  effects: { safety: 'Your domain vouches for any address.' },
  fix: {
    say: 'Redirect only to paths of your own.',
    code: {
      Express:
        "const target = String(req.query.next ?? '/')\nres.redirect(/^\\/(?![/\\\\])/.test(target) ? target : '/')",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html'],
  *find(codebase) {
    yield* bySentence(redirects(codebase))
  },
}

function* redirects(codebase: Codebase): Iterable<Match> {
  yield* returnedTargets(codebase)
  yield* functionTargets(codebase)
  for (const file of codebase.production) {
    for (const { call, method } of responsesIn(file, codebase.web)) {
      const target = targetOf(call, method)
      if (!target || literalText(target) !== undefined) continue
      const trace = codebase.flow.trace(target, file)
      if (trace && isLooselyChecked(trace, call, file, codebase)) {
        yield {
          file,
          node: call,
          confidence: 'medium',
          ...loosely(sourceText(trace, file, target)),
          steps: trace.steps,
        }
        continue
      }
      if (!trace || isChecked(trace, call, file) || trace.marks.has('sanitized')) continue
      if (startsWithInput(target, file, codebase)) {
        if (isMadeWithCare(target, file, codebase) || isHostTested(target, file)) continue
        if (trace.kind === 'headers' && trace.keys.length === 0) continue
        yield {
          file,
          node: call,
          // Only who can set cookies of the site decides.
          ...(trace.kind === 'cookies' ? { severity: 'low' as const } : {}),
          message: `The redirect goes to ${sourceText(trace, file, target)}.`,
          steps: trace.steps,
        }
      } else if (!/^(body|query)$/.test(trace.kind)) {
        continue
      } else if (isAfterSlash(target, trace)) {
        yield {
          file,
          node: call,
          message: `The redirect goes to ${sourceText(trace, file, target)} behind \`/\`: with a slash of its own that is another site.`,
          steps: trace.steps,
        }
      } else if (!trace.marks.has('url') && isInQuery(target, file)) {
        yield {
          file,
          node: call,
          severity: 'low',
          confidence: 'medium',
          words: unencoded,
          message: `${sourceText(trace, file, target)} goes into the redirect address without \`encodeURIComponent\`, so it can add parameters of its own.`,
          steps: trace.steps,
        }
      }
    }
  }
}

/** The address of `redirect`, or of a `Location` that is set by hand. */
function targetOf({ arguments: [first, second] }: CallNode, method: string): Node | undefined {
  if (method === 'redirect') return second && literalText(first) !== undefined ? second : first
  if (method === 'location') return first
  if (/^(set|setHeader|header)$/.test(method) && /^location$/i.test(literalText(first) ?? '')) return second
  if (method !== 'writeHead' || !second) return undefined
  return propertyOf(second, 'Location') ?? propertyOf(second, 'location')
}

/** `'/' + page` and `/${page}` as they are written. */
function isAfterSlash(target: Node, { source, marks }: Trace): boolean {
  const inner = unwrap(target)
  const [text, next] =
    inner.type === 'TemplateLiteral'
      ? [inner.quasis[0]?.value.cooked, inner.expressions[0]]
      : inner.type === 'BinaryExpression'
        ? [literalText(inner.left), inner.right]
        : []
  return text === '/' && next !== undefined && contains(next, source.node) && marks.size === 0
}

/** `?page=` or `&page=` stands in the text the address is put together from. */
function isInQuery(target: Node, file: SourceFile): boolean {
  const inner = unwrap(target)
  const made = (inner.type === 'Identifier' && lookUp(file.scopes, inner, inner.name)?.init) || inner
  return /[?&][\w.-]+=/.test(file.text.slice(made.start, made.end))
}

/** NestJS redirects to the `url` a handler with `@Redirect()` returns. */
function* returnedTargets(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (!file.text.includes('@Redirect(')) continue
    for (const answer of answersIn(file, codebase)) {
      const method = answer.handler.node.parent
      if (answer.how !== 'return' || method?.type !== 'MethodDefinition') continue
      if (!method.decorators.some((decorator) => decoratorName(decorator) === 'Redirect')) continue
      const target = propertyOf(answer.value, 'url')
      const trace = target && codebase.flow.trace(target, file)
      if (!target || !trace || isChecked(trace, target, file) || !startsWithInput(target, file, codebase)) continue
      const message = `The redirect goes to ${sourceText(trace, file, target)}.`
      yield { file, node: target, message, steps: trace.steps }
    }
  }
}

/** Cloud functions redirect by the header of the object they give back. */
function* functionTargets(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { header } of functionAnswersIn(file)) {
      const target = header('Location')
      const trace = target && codebase.flow.trace(target, file)
      if (!target || !trace || isChecked(trace, target, file) || !startsWithInput(target, file, codebase)) continue
      const message = `The redirect goes to ${sourceText(trace, file, target)}.`
      yield { file, node: target, message, steps: trace.steps }
    }
  }
}

/** The address comes from a function of the project that looks at where it leads. */
function isMadeWithCare(target: Node, file: SourceFile, codebase: Codebase): boolean {
  const value = unwrap(target)
  const made = value.type === 'Identifier' ? lookUp(file.scopes, value, value.name)?.init : value
  const call = made && unwrap(made)
  const maker = call?.type === 'CallExpression' ? codebase.calls.targetOf(call) : undefined
  return (
    maker !== undefined &&
    /\.startsWith\(|allowed|whitelist|isSafe|\.(host|hostname|origin)\b/i.test(bodyText(maker.node, maker.file))
  )
}

const unencoded: Words = {
  title: 'A value of the request can add to an address',
  why: 'A `&` in the value begins a parameter of its own, which the page behind the redirect takes for one of this service.',
  effects: { safety: 'A link can choose what the next page shows or does.' },
  fix: { say: 'Encode the value.', code: { any: 'res.redirect(`/login?${new URLSearchParams({ returnurl })}`)' } },
}

/** `if (isAllowed(target))`, where `isAllowed` looks for an address of its list anywhere in the text. */
function isLooselyChecked({ bindings }: Trace, call: Node, file: SourceFile, { calls }: Codebase): boolean {
  const around = functionAround(call)
  const names = new Set(bindings.map(({ name }) => name))
  return file.calls.some((check) => {
    const [given] = check.arguments
    if (!around || !contains(around, check) || given?.type !== 'Identifier' || !names.has(given.name)) return false
    const inTest = ancestor(check, (at) => at.type === 'IfStatement' && contains(at.test, check), around)
    const target = inTest && calls.targetOf(check)
    const name = target && parameterName(target.node.params[0])?.name
    return target !== undefined && name !== undefined && looksAnywhere(name, bodyText(target.node, target.file))
  })
}

function looksAnywhere(name: string, text: string): boolean {
  return (
    new RegExp(String.raw`\b${name}\.(includes|indexOf)\(\s*\w`).test(text) &&
    !/\bnew URL\(|\.(host|hostname|origin)\b|startsWith|===|\^/.test(text)
  )
}

function loosely(source: string): Pick<Match, 'message' | 'words'> {
  return {
    message: `The redirect goes to ${source}, and the check finds an allowed address anywhere in it.`,
    words: {
      why: 'A link carries the allowed address behind a `?` or `#` of another site, and the check finds it there.',
      fix: {
        say: 'Compare the whole address, or its origin.',
        code: { any: 'const { origin } = new URL(target)\nif (!allowedOrigins.has(origin)) throw new BadRequest()' },
      },
    },
  }
}
