import type { Codebase } from '../../../codebase.ts'
import {
  ancestor,
  contains,
  functionAround,
  keyOf,
  parameterName,
  unwrap,
  type FunctionNode,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'
import { mayRefuse } from '../refusing-helpers.ts'

/** The first use of a name that may hold nothing, when nothing before it looks. */
export function* firstUse(
  codebase: Codebase,
  name: string,
  around: FunctionNode,
  from: number,
  file: SourceFile,
): Iterable<Match> {
  const use = file.members.find(
    (member) =>
      member.start > from &&
      member.end < around.end &&
      !member.optional &&
      isNamed(member.object, name) &&
      !isShadowed(member, around) &&
      !isInOwnTurn(member, name),
  )
  if (!use) return
  const before = file.text.slice(Math.max(from, around.body?.start ?? around.start), use.start)
  const escaped = name.replaceAll('$', String.raw`\$`)
  const checked = new RegExp(
    String.raw`([!&|?]|(?<![\w$])\()\s*${escaped}\s*[)&|?=!;]|!\s*${escaped}\b|\b${escaped}\s*(===?|!==?|\?|&&|\|\|)|if\s*\(\s*${escaped}\b|(assert|expect|ensure|check|invariant|should|authorize|require|verify|validate|must|isEmpty|isNil|isNull|isUndefined)\w*\(\s*[^)]*\b${escaped}\b|\b${escaped}\s*=[^=]`,
  )
  if (isHandedToCheck(name, { from, to: use.start }, codebase, file)) return
  const text = file.text.slice(use.start - 40, use.end + 40)
  if (checked.test(before) || new RegExp(String.raw`\b${escaped}\s*(&&|\?)`).test(text)) return
  if (!codebase.web.handlers.has(around) && givesUpOnFailure(use, around)) return
  const inTry = /\btry\s*\{/.test(before) && !codebase.web.handlers.has(around)
  yield {
    file,
    node: use,
    confidence: inTry ? 'low' : 'medium',
    message:
      keyOf(use) === 'length'
        ? `\`${name}\` is one row or nothing, not a list: \`.length\` is never what is meant.`
        : `\`${name}\` is used without checking that the lookup found something.`,
  }
}

/** `for (const key in row) row[key]`: of nothing there are no turns. */
function isInOwnTurn(member: Node, name: string): boolean {
  const loop = ancestor(member, (at) => at.type === 'ForInStatement' && isNamed(at.right, name))
  return loop?.type === 'ForInStatement' && contains(loop.body, member)
}

/** `await assertFound(error, row)`, which throws when there is none. */
function isHandedToCheck(
  name: string,
  { from, to }: { from: number; to: number },
  codebase: Codebase,
  file: SourceFile,
): boolean {
  return file.calls.some((call) => {
    if (call.start < from || call.end > to) return false
    if (!call.arguments.some((argument) => argument.type === 'Identifier' && argument.name === name)) return false
    const target = codebase.calls.targetOf(call)
    return target !== undefined && mayRefuse(target)
  })
}

/** `try { … } catch { return false }`: what is missing has its answer, in another way. */
function givesUpOnFailure(use: Node, around: FunctionNode): boolean {
  const attempt = ancestor(use, (at) => at.type === 'TryStatement' && contains(at.block, use), around)
  const last = attempt?.type === 'TryStatement' ? attempt.handler?.body.body.at(-1) : undefined
  return last?.type === 'ReturnStatement' && (!last.argument || /^(Literal|Identifier)$/.test(last.argument.type))
}

/** The name itself, or `(name as Claims)`; who writes `name!` has thought of it. */
function isNamed(node: Node, name: string): boolean {
  const inner = node.type === 'TSNonNullExpression' ? node : unwrap(node)
  return inner.type === 'Identifier' && inner.name === name
}

function isShadowed(member: Of<'MemberExpression'>, around: FunctionNode): boolean {
  const object = unwrap(member.object)
  for (let at = functionAround(member); at && at !== around; at = functionAround(at)) {
    const names = at.params.map((parameter) => parameterName(parameter)?.name)
    if (object.type === 'Identifier' && names.includes(object.name)) return true
  }
  return false
}
