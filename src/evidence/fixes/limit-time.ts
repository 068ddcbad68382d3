import { keyOf, type CallNode } from '../parse/ast.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { addOption, replace } from './edits.ts'
import type { CodeFix } from './fix-here.ts'
import type { Edit } from './rewrite.ts'

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
        : /^request(\.(get|post|put|patch|delete))?$/.test(name)
          ? addOption(call, call.arguments[0]?.type === 'ObjectExpression' ? 0 : 1, 'timeout: 5_000', file)
          : /^https?\.(get|request)$/.test(name)
            ? endRequest(call, file)
            : undefined
  return edit && { edits: [edit] }
}

/** `http.get` takes an address, options, or both: options that go by a name are spread. */
function endRequest(call: CallNode, file: SourceFile): Edit | undefined {
  const [first, second] = call.arguments
  const end = 'signal: AbortSignal.timeout(5_000)'
  if (first?.type === 'ObjectExpression') return addOption(call, 0, end, file)
  if (first?.type !== 'Identifier' || second?.type === 'ObjectExpression') return addOption(call, 1, end, file)
  const init = lookUp(file.scopes, first, first.name)?.init
  if (init?.type === 'ObjectExpression' || /opt|config|settings/i.test(first.name))
    return replace(first, `{ ...${first.name}, ${end} }`)
  return /ur[il]|link|href|addr|endpoint/i.test(first.name) ? addOption(call, 1, end, file) : undefined
}

function optionsOfAxios(method: string | undefined): number {
  if (method === undefined || method === 'request') return 0
  return /^(post|put|patch)$/.test(method) ? 2 : 1
}
