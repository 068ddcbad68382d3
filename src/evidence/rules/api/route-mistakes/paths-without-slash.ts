import type { Codebase } from '../../../codebase.ts'
import { literalText, unwrap, type Node } from '../../../parse/ast.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `router.get('orders/:id', …)`: Express compares it with addresses that all begin with a slash. */
export function* pathsWithoutSlash(codebase: Codebase): Iterable<Match> {
  const written = codebase.web.routes.flatMap(({ framework, node, file }) => {
    const path = framework === 'express' ? pathIn(node) : undefined
    return path && bare.test(literalText(path) ?? '') ? [{ path, file }] : []
  })
  for (const [path, [first]] of Map.groupBy(written, (item) => item.path)) {
    if (!first) continue
    yield {
      file: first.file,
      node: path,
      line: lineOf(path, first.file),
      words: neverFits,
      message: `\`${literalText(path) ?? ''}\` does not begin with a slash: no address fits it, and the route is never reached.`,
    }
  }
}

const bare = /^[a-z][\w-]*(\/[\w:/-]*)?$/i

/** The path a chain such as `router.route(path).get(…)` begins with. */
function pathIn(node: Node): Node | undefined {
  const call = unwrap(node)
  if (call.type !== 'CallExpression') return undefined
  const [path] = call.arguments
  if (path && literalText(path) !== undefined) return path
  return call.callee.type === 'MemberExpression' ? pathIn(call.callee.object) : undefined
}

const neverFits: Words = {
  title: 'A route fits no address',
  why: 'Express compares the path with the part of the address that is left, and that always begins with a slash.',
  effects: { safety: 'Whoever calls it gets 404, or what another route answers.' },
  fix: { say: 'Begin the path with a slash.', code: { Express: "router.route('/orders/:id').get(oneOrder)" } },
}
