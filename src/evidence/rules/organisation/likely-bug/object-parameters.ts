import type { Codebase } from '../../../codebase.ts'
import {
  isFunction,
  keyOf,
  literalText,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../../parse/ast.ts'
import { atOnce, onceFor } from '../../../parse/once.ts'
import { append } from '../../../../lib/append.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { textOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/**
 * `find(user.name)` where every function of that name takes an object apart, one of them `{ name }`: of a text there is
 * no field `name`, and the function goes on with `undefined`. The compiler looks after TypeScript.
 */
export function* objectParameters(codebase: Codebase): Iterable<Match> {
  const named = functionsByName(codebase)
  for (const file of codebase.production) {
    for (const call of callsWithValue(file)) {
      const functions = named.get(keyOf(call.callee) ?? '') ?? []
      const given = call.arguments[0]
      const name = given && lastName(given)
      if (!given || name === undefined || functions.length === 0) continue
      const taken = functions.map(takesApart)
      if (!taken.every(({ length }) => length > 0) || !taken.some((names) => names.includes(name))) continue
      const message = `\`${textOf(given, file, 40)}\` is given where \`{ ${name} }\` is taken apart: \`${name}\` is undefined there.`
      yield { file, node: call, severity: 'high', message }
    }
  }
}

/** Calls of methods with one field of something as their first argument. */
const callsWithValue = atOnce((file: SourceFile): readonly CallNode[] =>
  /\.[cm]?tsx?$/.test(file.path)
    ? []
    : file.calls.filter(
        ({ callee, arguments: [first] }) =>
          callee.type === 'MemberExpression' && first !== undefined && unwrap(first).type === 'MemberExpression',
      ),
)

/** The last name of `user[NPM].username`; of `user.name.length` it is a number, whatever the name. */
function lastName(given: Node): string | undefined {
  const inner = unwrap(given)
  const name = inner.type === 'MemberExpression' && !inner.computed ? keyOf(inner) : undefined
  return name !== undefined && plainValue.test(name) ? name : undefined
}

/** Fields that hold a text or a number, and no object with a field of its own name. */
const plainValue = /^(_?id|\w+(Id|ID|_id)|\w*(name|Name|email|Email|token|Token|slug|code|url|username|Username))$/

const functionsByName = onceFor(({ production }: Codebase): ReadonlyMap<string, readonly FunctionNode[]> => {
  const found = new Map<string, FunctionNode[]>()
  for (const file of production) for (const [name, node] of methodsIn(file)) append(found, name, node)
  return found
})

const methodsIn = atOnce((file: SourceFile) =>
  file.functions.flatMap((node): [string, FunctionNode][] => {
    const holder = node.parent
    const name =
      holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && isFunction(holder.value))
        ? keyOf(holder)
        : holder?.type === 'AssignmentExpression'
          ? keyOf(holder.left)
          : holder?.type === 'VariableDeclarator'
            ? literalOrName(holder.id)
            : node.id?.name
    return name === undefined ? [] : [[name, node]]
  }),
)

function literalOrName(node: Node): string | undefined {
  return node.type === 'Identifier' ? node.name : literalText(node)
}

/** The names that the first parameter is taken apart into. */
function takesApart({ params: [first] }: FunctionNode): string[] {
  const pattern = first?.type === 'AssignmentPattern' ? first.left : first
  return pattern?.type === 'ObjectPattern'
    ? pattern.properties.flatMap((item) => (item.type === 'Property' ? (keyOf(item) ?? []) : []))
    : []
}
