import { onceMeant, type Meaning } from '../../facts/meaning.ts'
import { ancestor, functionAround, isString, keyOf, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { bySentence } from '../matches.ts'
import { lineOf, textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const uncalledFunction: Rule = {
  id: 'uncalled-function',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A function is taken for its result',
  why: 'Without parentheses the function itself is the value: it is never falsy, and it is sent as nothing.',
  effects: { safety: 'A check that never fails, or an answer without data.' },
  fix: { say: 'Call it.', code: { any: 'if (!user.isActive()) return refuse()' } },
  sources: ['https://typescript-eslint.io/rules/no-unnecessary-condition/'],
  find(codebase) {
    return bySentence(codebase.production.flatMap((file) => takenIn(file, codebase.meanings)))
  },
}

const takenIn = onceMeant((file, meanings): Match[] =>
  file.members.flatMap((member) => {
    const how = member.computed ? undefined : useOf(member)
    if (how === undefined || !isMethod(meanings.of(member, file))) return []
    if (isCalledThen(member, file) || isReplaced(member, file)) return []
    const message = `\`${textOf(member, file)}\` is a function: ${how}.`
    return [{ file, node: member, line: lineOf(member, file), message }]
  }),
)

function useOf(member: Node): string | undefined {
  const holder = member.parent
  if (holder?.type === 'UnaryExpression' && holder.operator === '!') return 'it is never falsy'
  if (holder?.type === 'IfStatement' && holder.test === member) return 'this is always true'
  if (holder?.type === 'ReturnStatement' && !isAskedFor(member)) return 'it is returned in place of what it gives'
  if (holder?.type === 'BinaryExpression' && /^([!=]==?|[<>]=?)$/.test(holder.operator)) {
    const other = holder.left === member ? holder.right : holder.left
    return isString(other) || (other.type === 'Literal' && /^(number|boolean)$/.test(typeof other.value))
      ? 'it equals no value'
      : undefined
  }
  return undefined
}

/** `returnReader() { return this.reader }` */
function isAskedFor(member: Node): boolean {
  const method = functionAround(member)?.parent
  const name = keyOf(member)?.toLowerCase()
  return method?.type === 'MethodDefinition' && name !== undefined && (keyOf(method) ?? '').toLowerCase().endsWith(name)
}

function isMethod(meaning: Meaning): boolean {
  return (
    meaning.kind === 'function' &&
    meaning.node.parent?.type === 'MethodDefinition' &&
    meaning.node.parent.kind === 'method'
  )
}

/** `this.filters = filters` puts a value where the method was. */
function isReplaced(member: Node, file: SourceFile): boolean {
  const text = textOf(member, file)
  return file.assignments.some(({ left }) => left.type === 'MemberExpression' && textOf(left, file) === text)
}

/** Whether an `if` asks for the method before it calls it, since another class may not have it. */
function isCalledThen(member: Node, file: SourceFile): boolean {
  const branch = ancestor(member, (at) => at.type === 'IfStatement')
  const text = file.text.slice(member.start, member.end)
  return branch !== undefined && file.text.slice(member.end, branch.end).includes(`${text}(`)
}
