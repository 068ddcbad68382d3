import type { Codebase } from '../../../codebase.ts'
import { guardsOf, hasAuth, opensToAll } from '../../../facts/access-control.ts'
import type { Step } from '../../../facts/steps.ts'
import type { Route } from '../../../facts/web.ts'
import { contains, type FunctionNode } from '../../../parse/ast.ts'
import { codeText } from '../../../parse/code-text.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { agrees } from './words.ts'

/** A guard by its name and place that turns nobody away, at routes that have no other. */
export function* guardsThatAgree(codebase: Codebase): Iterable<Match> {
  for (const [node, { step, file, routes }] of relied(codebase.web.routes)) {
    const [first, ...rest] = routes.map(({ method, fullPath }) => `${method} ${fullPath}`)
    const more = rest.length === 0 ? '' : ` and ${rest.length} more`
    yield {
      file,
      node,
      confidence: isLeftOut(node, file) || step.decision ? 'high' : 'medium',
      words: agrees,
      message: `\`${nameOf(step)}\` lets every caller pass, and it is all that stands before ${first}${more}.`,
    }
  }
}

type Relied = { step: Step; file: SourceFile; routes: Route[] }

function relied(routes: readonly Route[]): Map<FunctionNode, Relied> {
  const found = new Map<FunctionNode, Relied>()
  for (const route of routes) {
    if (hasAuth(route)) continue
    for (const step of guardsOf(route)) {
      const { node, file } = step.decision ?? { node: step.function, file: step.functionFile }
      if (!node || !file || !isMeantToRefuse(step, node, file)) continue
      const known = found.get(node)
      if (known) known.routes.push(route)
      else found.set(node, { step, file, routes: [route] })
    }
  }
  return found
}

const demands =
  /^(is_?(auth|logged|signed|admin|owner)|(require|ensure|must|only|check|verify|validate|assert|enforce|needs?|restrict|protect|guard|authorize|authenticate|allow)(_?(auth|login|logged|user|admin|token|jwt|session|role|permission|access|signed|owner)\w*)?$|(auth\w*|admin|role|permission|access)_?(guard|check|required|only|middleware)$)/i
const lenient = /optional|public|anonym|guest|maybe|try|soft|load|attach|extract|populate|not_?(auth|logged)/i

/** What keeps who is calling for later may leave it to the handlers to refuse. */
function isMeantToRefuse(step: Step, node: FunctionNode, file: SourceFile): boolean {
  const name = nameOf(step)
  if (lenient.test(name) || !(step.decision || demands.test(name)) || !opensToAll(step)) return false
  return isLeftOut(node, file) || !keeps.test(codeText(node.body ?? node, file))
}

const keeps = /\b(req|request|ctx|res)\w*(\.\w+)+\s*(\?\?|\|\|)?=(?!=)|\.(run|set|enterWith)\(/

function nameOf({ name }: Step): string {
  return name.replaceAll(/\(\)/g, '').split('.').at(-1) ?? name
}

/** A check that stands in a comment of the guard. */
function isLeftOut(node: FunctionNode, { comments }: SourceFile): boolean {
  return comments.some(
    (comment) =>
      contains(node, comment) &&
      /\bif\s*\(|\bthrow\b|\.status\(|\bverify\w*\(|return (false|next|res)\b/.test(comment.text),
  )
}
