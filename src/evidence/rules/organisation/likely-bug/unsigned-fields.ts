import type { Codebase } from '../../../codebase.ts'
import {
  functionAround,
  hasSpread,
  isFunction,
  keyOf,
  parameterName,
  unwrap,
  type CallNode,
  type Node,
} from '../../../parse/ast.ts'
import { lookUp, type Binding } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** Fields that are read of a verified token although no token is ever signed with them. */
export function* unsignedFields(codebase: Codebase): Iterable<Match> {
  const signed = fieldsSigned(codebase)
  if (!signed) return
  const isStrange = (name: string) => !signed.has(name) && !claims.test(name)
  for (const { call, file } of codebase.index.named(/^jsonwebtoken\.verify$/)) {
    const binding = payloadOf(call, file)
    const read =
      binding && file.members.find((member) => isReadOf(binding, member, file) && isStrange(keyOf(member) ?? ''))
    if (read)
      yield {
        file,
        node: read,
        message: `No token is signed with \`${keyOf(read)}\`, only with ${[...signed].map((name) => `\`${name}\``).join(', ')}: it is always undefined.`,
      }
  }
}

/** What libraries put into a token. */
const claims = /^(iat|exp|iss|aud|sub|jti|nbf)$/

/** The fields of all tokens; undefined where one is signed with what is not written there. */
function fieldsSigned({ index, meanings, project }: Codebase): ReadonlySet<string> | undefined {
  const signs = index.named(/^jsonwebtoken\.sign$/)
  if (signs.length === 0 || project.dependencies.some(({ name }) => name === '@nestjs/jwt')) return undefined
  const fields = new Set<string>()
  for (const { call, file } of signs) {
    const payload = objectOf(call.arguments[0], (node) => meanings.of(node, file))
    if (payload?.type !== 'ObjectExpression' || hasSpread(payload)) return undefined
    for (const property of payload.properties) fields.add(property.type === 'Property' ? (keyOf(property) ?? '') : '')
  }
  return fields.size > 0 ? fields : undefined
}

function objectOf(given: Node | undefined, meaningOf: (node: Node) => { kind: string; node?: Node }): Node | undefined {
  const inner = given && unwrap(given)
  if (inner?.type !== 'Identifier') return inner
  const meaning = meaningOf(inner)
  return meaning.kind === 'value' ? meaning.node : undefined
}

/** The name that holds the payload: of a constant, or of the callback’s parameter. */
function payloadOf(call: CallNode, file: SourceFile): Binding | undefined {
  const callback = call.arguments.at(-1)
  const declarator = call.parent?.type === 'AwaitExpression' ? call.parent.parent : call.parent
  const name = isFunction(callback)
    ? parameterName(callback.params[1])
    : declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier'
      ? declarator.id
      : undefined
  const binding = name && lookUp(file.scopes, isFunction(callback) ? (callback.body ?? name) : name, name.name)
  return binding && binding.writes.length === 0 && functionAround(binding.node) ? binding : undefined
}

function isReadOf(binding: Binding, member: Node, file: SourceFile): boolean {
  if (member.type !== 'MemberExpression' || member.computed) return false
  const object = unwrap(member.object)
  const isWritten = member.parent?.type === 'AssignmentExpression' && member.parent.left === member
  return (
    object.type === 'Identifier' &&
    object.name === binding.name &&
    !isWritten &&
    lookUp(file.scopes, object, object.name) === binding
  )
}
