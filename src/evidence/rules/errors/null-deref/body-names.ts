import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { hasAuth } from '../../../facts/access-control.ts'
import { namesRequest } from '../../../facts/request-input.ts'
import { handlerAround } from '../../../facts/responses.ts'
import type { Trace } from '../../../facts/trace.ts'
import { functionAround, keyOf, type FunctionNode, type Node, type Of } from '../../../parse/ast.ts'
import { goingBy, membersOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, lineOf, routesOf, textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

const ofLists =
  /^(map|forEach|filter|reduce|some|every|join|split|trim|toLowerCase|toUpperCase|replace|replaceAll|substring|slice|match|startsWith|endsWith)$/

const headerRead = /^(req|request)\.(headers(\.\w+|\[['"][\w-]+['"]\])|(get|header)\(\s*['"][\w-]+['"]\s*\))$/

type Field = { member: Of<'MemberExpression'>; name: string }

/** `const { items } = req.body` and `items.map(…)`, a name for `req.body.items`, and `req.get('Authorization').split(…)`. */
const namesOfFields = atOnce((file: SourceFile) =>
  (namesRequest(file) ? goingBy(membersOf(file), ofLists) : []).flatMap((member): Field[] => {
    if (member.optional) return []
    if (member.parent?.type !== 'CallExpression' || member.parent.callee !== member) return []
    const { object } = member
    const name = file.text.slice(object.start, object.end)
    if (object.type === 'CallExpression') return headerRead.test(name) ? [{ member, name }] : []
    if (object.type !== 'Identifier') return []
    const binding = lookUp(file.scopes, member, object.name)
    if (!binding?.init || binding.writes.length > 0 || binding.kind === 'parameter') return []
    const from = file.text.slice(binding.init.start, binding.init.end)
    const isField =
      binding.path.length === 1
        ? /^(req|request)\.(body|query|headers|cookies)$/.test(from)
        : /^(req|request)\.(body|query|cookies)\.\w+$/.test(from) || headerRead.test(from)
    const isDefaulted = binding.node.parent?.type === 'AssignmentPattern'
    return isField && !isDefaulted ? [{ member, name }] : []
  }),
)

/** Fields of the request that go by a name, and are used as if they were sent. */
export function* bodyNames(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const reported = new Set<string>()
  for (const { member, name } of namesOfFields(file)) {
    const handler = handlerAround(member, codebase.web.handlers)
    const trace = handler && codebase.flow.trace(member.object, file)
    if (!handler || !trace || isGiven(trace, codebase) || isTriedInside(member, handler.node)) continue
    const before = file.text.slice(handler.node.start, member.start)
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    const looked = new RegExp(
      String.raw`(!|if\s*\(|&&|\|\||\?|typeof|is[A-Z]\w*\()\s*\(?\s*!?\s*${escaped}(?!\w)|(?<!\w)${escaped}\s*(&&|\|\||\?|===?|!==?)`,
    )
    // `VerifySchema.validate(req.body)` says what may be missing.
    const asked = new RegExp(
      String.raw`schema\w*(\.\w+)*\.(validate|parse|safeParse|cast)\w*\(\s*((ctx\.)?req(uest)?\.(body|query)|${escaped})\b`,
      'i',
    )
    const key = `${handler.node.start} ${name}`
    // `if ('authorization' in req.headers)`
    if (looked.test(before) || /['"]\s+in\s+req/.test(before) || asked.test(before) || reported.has(key)) continue
    reported.add(key)
    yield {
      file,
      node: member,
      message: `\`${name}\` may be missing from the request, and \`.${keyOf(member) ?? ''}\` then throws.`,
    }
  }
}

/** A schema asks for the field, or a guard before the handler has read the header. */
function isGiven(trace: Trace, codebase: Codebase): boolean {
  if (trace.kind !== 'headers' && trace.kind !== 'cookies') return isValidated(codebase, trace)
  return routesOf(codebase, trace.handler?.node).some(
    (route) => hasAuth(route) && route.chain.some((step) => step.function !== trace.handler?.node),
  )
}

function isTriedInside(node: Node, limit: FunctionNode): boolean {
  for (let at: Node | null | undefined = node; at && at !== limit; at = at.parent)
    if (at.parent?.type === 'TryStatement' && at.parent.block === at) return true
  return false
}

/** validator.js throws a TypeError on anything but a text: a 500 for who sends none, said once a file. */
export function* typedCalls(codebase: Codebase): Iterable<Match> {
  const calls = codebase.index.named(/^validator(\.default)?\.is\w+$/).filter((found) => takesAnything(found, codebase))
  for (const [file, [first, ...rest]] of Map.groupBy(calls, (found) => found.file)) {
    const argument = first?.call.arguments[0]
    if (!first || !argument) continue
    yield {
      file,
      node: first.call,
      severity: 'low',
      confidence: 'medium',
      also: rest.map(({ call }) => ({ path: file.path, line: lineOf(call, file) })),
      message: `\`${first.name}\` throws when \`${textOf(argument, file, 40)}\` is missing or not a text.`,
    }
  }
}

function takesAnything({ call, file }: FoundCall, codebase: Codebase): boolean {
  const [argument] = call.arguments
  if (!argument || isDefaulted(argument, file)) return false
  const trace = codebase.flow.trace(argument, file)
  const before = file.text.slice(functionAround(call)?.start ?? 0, call.start)
  return (
    trace?.kind === 'body' && trace.marks.size === 0 && !/typeof/.test(before) && !isAskedBeside(call, argument, file)
  )
}

/** `!message || validator.isEmpty(message)` */
function isAskedBeside(call: Node, argument: Node, file: SourceFile): boolean {
  const test = call.parent?.type === 'UnaryExpression' ? call.parent.parent : call.parent
  return (
    test?.type === 'LogicalExpression' &&
    file.text.slice(test.left.start, test.left.end).includes(file.text.slice(argument.start, argument.end))
  )
}

/** `email = email || ''` */
function isDefaulted(node: Node, file: SourceFile): boolean {
  if (node.type !== 'Identifier') return false
  const writes = lookUp(file.scopes, node, node.name)?.writes ?? []
  return writes.some((write) => /^(LogicalExpression|ConditionalExpression)$/.test(write.type))
}
