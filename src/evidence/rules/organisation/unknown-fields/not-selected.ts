import type { Codebase } from '../../../codebase.ts'
import { closedSchema, headOf, type ClosedSchema } from '../../../facts/schemas.ts'
import {
  functionAround,
  isFunction,
  keyOf,
  literalText,
  propertyOf,
  unwrap,
  type Node,
  type Of,
} from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** Fields that are read of a document although no query for it selects them: they are always undefined. */
export function* notSelected({ queries, meanings }: Codebase): Iterable<Match> {
  const chosen = new Map<Node, Choice>()
  const bindings = new Map<Binding, SourceFile>()
  for (const { call, file, kind } of queries) {
    if (file.kind !== 'production' || kind !== 'find-one' || call.callee.type !== 'MemberExpression') continue
    const fields = selectionOf(call)
    const schema = fields && closedSchema(call.callee.object, file, meanings)
    const value = schema && valueOf(call)
    if (!fields || !schema || !value) continue
    chosen.set(value, { schema, fields })
    const binding = bindingOf(value, file)
    if (binding) bindings.set(binding, file)
  }
  for (const [binding, file] of bindings) {
    const given = [binding.init, ...binding.writes].map((value) => value && chosen.get(value))
    const [first] = given
    if (!first || !given.every((choice) => choice?.schema === first.schema)) continue
    const read = readsOf(binding, file).find((member) => {
      const name = keyOf(member) ?? ''
      return first.schema.fields.has(name) && !given.some((choice) => choice?.fields.has(name))
    })
    if (read)
      yield {
        file,
        node: read,
        ...(hasFallback(read) ? { severity: 'low' as const } : {}),
        message: `\`${keyOf(read)}\` is not among the fields of \`${first.schema.name}\` that the query selects: it is always undefined.`,
      }
  }
}

/** `account.id || claims.id`: what stands behind it is taken each time. */
function hasFallback(read: Node): boolean {
  return read.parent?.type === 'LogicalExpression' && read.parent.operator !== '&&' && read.parent.left === read
}

type Choice = { schema: ClosedSchema; fields: ReadonlySet<string> }

/** The fields a query selects; undefined where it selects all, or all but some. */
function selectionOf(call: Of<'CallExpression'>): ReadonlySet<string> | undefined {
  const given = call.arguments[1] ?? selectAfter(call)
  const names = given && namesIn(given)
  return names && names.length > 0 ? new Set(['_id', ...names.map(headOf), ...populatedAfter(call)]) : undefined
}

/** Mongoose selects by itself what is populated. */
function populatedAfter(call: Node): string[] {
  const found: string[] = []
  for (let at: Node = call; at.parent?.type === 'MemberExpression' && at.parent.parent?.type === 'CallExpression';) {
    const outer: Of<'CallExpression'> = at.parent.parent
    const [given] = outer.arguments
    const path = literalText(given) ?? literalText(propertyOf(given, 'path'))
    if (keyOf(at.parent) === 'populate' && path !== undefined) found.push(...path.split(/\s+/).map(headOf))
    at = outer
  }
  return found
}

function namesIn(given: Node): string[] | undefined {
  const text = literalText(given)
  if (text !== undefined) return /^[\w. ]+$/.test(text) ? text.trim().split(/\s+/) : undefined
  if (given.type !== 'ObjectExpression') return undefined
  const chosen = given.properties.map((property) =>
    property.type === 'Property' && /^(1|true)$/.test(literalText(property.value) ?? '') ? keyOf(property) : undefined,
  )
  return chosen.every((name) => name !== undefined) ? chosen : undefined
}

/** What is given to the `select` that follows the query. */
function selectAfter(call: Node): Node | undefined {
  let at: Node = call
  while (at.parent?.type === 'MemberExpression' && at.parent.parent?.type === 'CallExpression') {
    if (keyOf(at.parent) === 'select') return at.parent.parent.arguments[0]
    at = at.parent.parent
  }
  return undefined
}

/** `await` with the whole chain of a query. */
function valueOf(call: Node): Node | undefined {
  let top = call
  while (top.parent?.type === 'MemberExpression' && top.parent.parent?.type === 'CallExpression')
    top = top.parent.parent
  return top.parent?.type === 'AwaitExpression' ? top.parent : undefined
}

function bindingOf(value: Node, file: SourceFile): Binding | undefined {
  const declarator = value.parent
  return declarator?.type === 'VariableDeclarator' && declarator.init === value && declarator.id.type === 'Identifier'
    ? lookUp(file.scopes, declarator.id, declarator.id.name)
    : undefined
}

/** Reads of fields of the document that goes by a name; not of those that are put on it. */
function readsOf(binding: Binding, file: SourceFile): Of<'MemberExpression'>[] {
  const area = functionAround(binding.node)
  if (!isFunction(area) || !area.body) return []
  const members = mentionsOf(binding.name, area.body).flatMap((use) => {
    const member = use.parent
    const isRead = member?.type === 'MemberExpression' && unwrap(member.object) === use
    return isRead && lookUp(file.scopes, use, use.name) === binding ? [member] : []
  })
  const isWritten = ({ parent }: Node, member: Node) =>
    parent?.type === 'AssignmentExpression' && parent.left === member
  const written = new Set(members.filter((member) => isWritten(member, member)).map(keyOf))
  return members.filter((member) => !written.has(keyOf(member)))
}
