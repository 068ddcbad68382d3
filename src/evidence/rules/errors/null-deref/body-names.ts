import type { Codebase } from '../../../codebase.ts'
import { handlerAround } from '../../../facts/responses.ts'
import { functionAround, keyOf, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

const ofLists =
  /^(map|forEach|filter|reduce|some|every|join|split|trim|toLowerCase|toUpperCase|replace|replaceAll|substring|slice|match|startsWith|endsWith)$/

/** `const { items } = req.body` and `items.map(…)`, or a name for `req.body.items`. */
const namesOfFields = once((file: SourceFile) =>
  file.members.flatMap((member) => {
    if (member.optional || member.object.type !== 'Identifier' || !ofLists.test(keyOf(member) ?? '')) return []
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) return []
    const binding = lookUp(file.scopes, member, member.object.name)
    if (!binding?.init || binding.writes.length > 0 || binding.kind === 'parameter') return []
    const from = file.text.slice(binding.init.start, binding.init.end)
    const isField =
      binding.path.length === 1
        ? /^(req|request)\.(body|query)$/.test(from)
        : /^(req|request)\.(body|query)\.\w+$/.test(from)
    const isDefaulted = binding.node.parent?.type === 'AssignmentPattern'
    return isField && !isDefaulted ? [{ member, name: member.object.name }] : []
  }),
)

export function* bodyNames(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const reported = new Set<string>()
  for (const { member, name } of namesOfFields(file)) {
    const handler = handlerAround(member, codebase.web.handlers)
    const trace = handler && codebase.flow.trace(member.object, file)
    if (!handler || !trace || isValidated(codebase, trace) || isTriedInside(member, handler.node)) continue
    const before = file.text.slice(handler.node.start, member.start)
    const looked = new RegExp(
      String.raw`(!|if\s*\(|&&|\|\||\?|typeof|isArray\()\s*\(?\s*!?\s*${name}\b|\b${name}\s*(&&|\|\||\?|===?|!==?)`,
    )
    const key = `${handler.node.start} ${name}`
    if (looked.test(before) || reported.has(key)) continue
    reported.add(key)
    yield {
      file,
      node: member,
      message: `\`${name}\` may be missing from the request, and \`.${keyOf(member) ?? ''}\` then throws.`,
    }
  }
}

function isTriedInside(node: Node, limit: FunctionNode): boolean {
  for (let at: Node | null | undefined = node; at && at !== limit; at = at.parent)
    if (at.parent?.type === 'TryStatement' && at.parent.block === at) return true
  return false
}

/** validator.js throws a TypeError on anything but a text. */
export function* typedCalls(codebase: Codebase): Iterable<Match> {
  for (const { call, file, name } of codebase.index.named(/^validator(\.default)?\.is\w+$/)) {
    if (!call.arguments[0] || isDefaulted(call.arguments[0], file)) continue
    const trace = codebase.flow.trace(call.arguments[0], file)
    const before = file.text.slice(functionAround(call)?.start ?? 0, call.start)
    if (trace && trace.kind === 'body' && trace.marks.size === 0 && !/typeof/.test(before)) {
      yield {
        file,
        node: call,
        confidence: 'medium',
        message: `\`${name}\` throws when \`${textOf(call.arguments[0], file, 40)}\` is missing or not a text.`,
      }
    }
  }
}

/** `email = email || ''` */
function isDefaulted(node: Node, file: SourceFile): boolean {
  if (node.type !== 'Identifier') return false
  const writes = lookUp(file.scopes, node, node.name)?.writes ?? []
  return writes.some((write) => /^(LogicalExpression|ConditionalExpression)$/.test(write.type))
}
