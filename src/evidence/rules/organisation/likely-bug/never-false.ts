import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, pathOf, type Node, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** `user.isAdmin = body.isAdmin || user.isAdmin`: a flag that is given as false keeps what it was. */
export function* neverFalse({ entities, production }: Codebase): Iterable<Match> {
  const flags = new Set(
    entities.flatMap(({ fields }) => fields.flatMap(({ name, type }) => (/\bboolean\b/i.test(type) ? [name] : []))),
  )
  for (const file of production) {
    const found = keepingIn(file).filter(({ name }) => flags.has(name) && !/^is_?deleted$/i.test(name))
    for (const [first, ...rest] of Map.groupBy(found, ({ node }) => functionAround(node)).values()) {
      if (!first) continue
      const names = [...new Set([first, ...rest].map(({ name }) => `\`${name}\``))].join(', ')
      yield {
        file,
        node: first.node,
        also: rest.map(({ node }) => ({ path: file.path, line: lineOf(node, file) })),
        message: `${names} can never be set to false: what is given as false is taken for nothing, and the old value stays.`,
      }
    }
  }
}

type Keeping = { name: string; node: Node }

const keepingIn = atOnce((file: SourceFile): Keeping[] => [
  ...file.choices.flatMap((value) => {
    const node = value.parent
    return node?.type === 'Property' && node.value === value ? keptIn(value, keyOf(node), node) : []
  }),
  ...file.choices.flatMap((value) => {
    const node = value.parent
    return node?.type === 'AssignmentExpression' && node.right === value ? keptIn(value, keyOf(node.left), node) : []
  }),
])

function keptIn(value: Node, name: string | undefined, node: Node): Keeping[] {
  const [given, old] = choiceOf(value)
  if (name === undefined || given === undefined || old?.type !== 'MemberExpression' || keyOf(old) !== name) return []
  const isGiven = given.type === 'Identifier' ? given.name === name : isOfRequest(given, name)
  return isGiven && pathOf(given) !== pathOf(old) ? [{ name, node }] : []
}

/** What is taken where it is truthy, and what stays otherwise. */
function choiceOf(value: Node): [Node | undefined, Node | undefined] {
  if (value.type === 'LogicalExpression' && value.operator === '||') return [value.left, value.right]
  if (value.type === 'ConditionalExpression' && pathOf(value.test) === pathOf(value.consequent))
    return [value.consequent, value.alternate]
  return [undefined, undefined]
}

function isOfRequest(given: Node, name: string): given is Of<'MemberExpression'> {
  return (
    given.type === 'MemberExpression' &&
    keyOf(given) === name &&
    /(^|\.)(body|input|dto|\w+Dto|args)$/.test(pathOf(given.object))
  )
}
