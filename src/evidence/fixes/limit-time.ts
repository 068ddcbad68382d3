import { keyOf } from '../parse/ast.ts'
import { addOption } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

const withSignal = /^(fetch|node-fetch|undici\.(fetch|request)|cross-fetch|isomorphic-fetch)/

/** Gives a call to another service five seconds. */
export const limitTime: CodeFix = ({ node: call, file, codebase }) => {
  if (call.type !== 'CallExpression') return undefined
  const name = codebase.meanings.nameOf(call.callee, file)
  const edit = withSignal.test(name)
    ? addOption(call, 1, 'signal: AbortSignal.timeout(5_000)', file)
    : name.startsWith('axios')
      ? addOption(call, optionsOfAxios(keyOf(call.callee)), 'timeout: 5_000', file)
      : /^got\b/.test(name)
        ? addOption(call, 1, 'timeout: { request: 5_000 }', file)
        : /^https?\.(get|request)$/.test(name)
          ? addOption(
              call,
              call.arguments[0]?.type === 'ObjectExpression' ? 0 : 1,
              'signal: AbortSignal.timeout(5_000)',
              file,
            )
          : undefined
  return edit && { edits: [edit] }
}

function optionsOfAxios(method: string | undefined): number {
  if (method === undefined || method === 'request') return 0
  return /^(post|put|patch)$/.test(method) ? 2 : 1
}
