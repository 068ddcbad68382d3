import type { Codebase } from '../../../codebase.ts'
import { functionAround, keyOf, pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import { goingBy, methodCallsOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import type { Match, Words } from '../../rule.ts'

/** `res.status(error.code ?? 500)`: drivers and clients put codes of their own there, which no status may be. */
export function* codesAsStatuses({ production }: Codebase): Iterable<Match> {
  for (const file of production) yield* inOne(codesIn(file))
}

const ofCodes: Words = {
  title: 'The code of an error is taken for a status',
  why: 'Only errors of your own bring a status there. Express throws on any other value: in an async handler of Express 4 that ends the process, and the caller gets no answer.',
  effects: { safety: 'A refused token or a duplicate key stops the process for everyone.' },
}

const codesIn = atOnce((file: SourceFile) =>
  goingBy(methodCallsOf(file), 'status').flatMap((call): Match[] => {
    const [status] = call.arguments
    const code = status && codeOf(status, file)
    if (!code || !isOfAnswer(call) || isLookedAt(call, code, file)) return []
    const message = `\`${code}\` is \`11000\` or \`'ERR_BAD_REQUEST'\` where a library failed: no status, and answering with it throws again.`
    return [{ file, node: call, confidence: 'medium', words: ofCodes, message }]
  }),
)

function isOfAnswer({ callee }: CallNode): boolean {
  return callee.type === 'MemberExpression' && /^(res|response)$/.test(pathOf(callee.object))
}

/** `error.code`, also before `??` or `||`, and under a name. */
function codeOf(node: Node, file: SourceFile): string | undefined {
  const inner = unwrap(node)
  if (inner.type === 'LogicalExpression') return inner.operator === '&&' ? undefined : codeOf(inner.left, file)
  if (inner.type === 'Identifier') {
    const binding = lookUp(file.scopes, inner, inner.name)
    const init = binding?.kind === 'const' && binding.path.length === 0 ? binding.init : undefined
    return init && unwrap(init).type !== 'Identifier' ? codeOf(init, file) : undefined
  }
  const isCode =
    inner.type === 'MemberExpression' && keyOf(inner) === 'code' && /^(e|ex|err|error)$/.test(pathOf(inner.object))
  return isCode ? pathOf(inner) : undefined
}

/** Something asks what the code is, or whose error it is. */
function isLookedAt(call: Node, code: string, file: SourceFile): boolean {
  const around = functionAround(call)
  const [error = ''] = code.split('.')
  const before = file.text.slice(around?.start ?? 0, call.start)
  return new RegExp(
    String.raw`instanceof|typeof ${error}|\bis[A-Z]\w*\(\s*${error}|(switch|if)\s*\([^{]*\b${error}\??\.(code|name)|\b${error}\.code\s*=[^=]`,
  ).test(before)
}
