import {
  contains,
  isClass,
  isFunction,
  keyOf,
  parameterName,
  type ClassNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { append } from '../../lib/append.ts'
import { constructorOf } from './call-graph.ts'
import type { Trace } from './trace.ts'
import { first, follow, type Trail } from './tracing.ts'

/** Follows a field of `this` back to what the class's constructor, or its declaration, puts there. */
export function followField(node: Of<'ThisExpression'>, path: readonly string[], trail: Trail): Trace | undefined {
  const [key, ...rest] = path
  if (key === undefined) return undefined
  const meaning = trail.tracing.meanings.of(node, trail.file)
  if (meaning.kind !== 'instance' || !isClass(meaning.of)) return undefined
  const values = fieldsOf(meaning.of, trail.file).get(key) ?? []
  return first(values, (value) =>
    trail.seen.includes(value) ? undefined : follow(value, rest, { ...trail, seen: [...trail.seen, value] }),
  )
}

type Fields = ReadonlyMap<string, readonly Node[]>

const fieldWrites = once((file: SourceFile) =>
  file.assignments.filter(({ left }) => left.type === 'MemberExpression' && left.object.type === 'ThisExpression'),
)

const known = once((_file: SourceFile) => new Map<ClassNode, Fields>())

/** What a class puts into its fields when one is made, by field. */
function fieldsOf(of: ClassNode, file: SourceFile): Fields {
  const before = known(file).get(of)
  if (before) return before
  const fields = new Map<string, Node[]>()
  for (const member of of.body.body) {
    if (member.type !== 'PropertyDefinition' || !member.value || isFunction(member.value)) continue
    append(fields, keyOf(member) ?? '', member.value)
  }
  const made = constructorOf(of)
  for (const parameter of made?.params ?? []) {
    const name = parameter.type === 'TSParameterProperty' ? parameterName(parameter) : undefined
    if (name) append(fields, name.name, name)
  }
  for (const { left, right } of made ? fieldWrites(file) : []) {
    if (made && contains(made, left)) append(fields, keyOf(left) ?? '', right)
  }
  known(file).set(of, fields)
  return fields
}
