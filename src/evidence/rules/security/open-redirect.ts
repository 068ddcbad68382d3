import type { Codebase } from '../../codebase.ts'
import { answersIn } from '../../facts/answers.ts'
import { decoratorName } from '../../facts/handlers.ts'
import { bodyText, responsesIn } from '../../facts/responses.ts'
import { literalText, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence, isChecked, sourceText } from '../places.ts'
import { startsWithInput } from '../url-start.ts'
import type { Match, Rule } from '../rule.ts'

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
  for (const file of codebase.production) {
    for (const { call, method } of responsesIn(file, codebase.web)) {
      if (method !== 'redirect') continue
      const target =
        call.arguments.length > 1 && literalText(call.arguments[0]) !== undefined
          ? call.arguments[1]
          : call.arguments[0]
      if (!target || literalText(target) !== undefined) continue
      const trace = codebase.flow.trace(target, file)
      if (!trace || isChecked(trace, call, file) || trace.marks.has('sanitized')) continue
      if (startsWithInput(target, file, codebase)) {
        if (isMadeWithCare(target, file, codebase)) continue
        if (trace.kind === 'headers' && trace.keys.length === 0) continue
        yield {
          file,
          node: call,
          message: `The redirect goes to ${sourceText(trace, file, target)}.`,
          steps: trace.steps,
        }
      } else if (!trace.marks.has('url') && /^(body|query)$/.test(trace.kind)) {
        yield {
          file,
          node: call,
          severity: 'low',
          confidence: 'medium',
          message: `${sourceText(trace, file, target)} goes into the redirect address without \`encodeURIComponent\`, so it can add parameters of its own.`,
          steps: trace.steps,
        }
      }
    }
  }
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
