import { ancestor, contains, functionAround, type Node } from '../../../parse/ast.ts'
import type { Match } from '../../rule.ts'

/** Where a `catch` around answers, what is missing is a 500 in place of a 404, and no more. */
export function weighCaught(match: Match): Match {
  const { file, node, severity = 'medium' } = match
  if (!node || severity !== 'medium' || !('lineStarts' in file)) return match
  const tried = ancestor(node, isTryAround(node), functionAround(node))
  const caught = tried?.type === 'TryStatement' && tried.handler?.body
  return caught && answers.test(file.text.slice(caught.start, caught.end)) ? { ...match, severity: 'low' } : match
}

function isTryAround(node: Node): (at: Node) => boolean {
  return (at) => at.type === 'TryStatement' && contains(at.block, node)
}

const answers = /\.(status|sendStatus|json|send|code|render|redirect)\(|\bnext\(/
