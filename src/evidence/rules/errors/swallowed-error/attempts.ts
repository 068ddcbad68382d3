import type { Node, Of } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'

/** A `catch`, or the callback of one, with what was tried and what is done about its failure as source text. */
export type Caught = {
  place: Node
  body: Of<'BlockStatement'>
  name: string | undefined
  isCallback: boolean
  tried: string
  text: string
}

/** Work whose failure changes nothing for anyone: clean-up, probing, caches, and what bad input alone makes fail. */
export const dispensable =
  /sendMessage$|[bB]roadcast\w*$|\bemit$|unlink|rmSync|rmdir|\brm\(|[cC]lose\w*\(|[dD]estroy\(|[aA]bort\(|[cC]ancel\w*\(|\bkill\(|disconnect\(|[uU]nsubscribe\(|\bquit\(|\bend\(|terminate\(|release\w*\(|[cC]lean\w*\(|[rR]ollback\(|exists|access|l?stat(Sync)?\(|mkdir|readFile|readdir|JSON\.parse|require\(|import\(|resolve\(|decodeURI|new URL|[cC]ache|\.text\(\)|drain|pipeline\(|localStorage|telemetry|analytics|exec(File)?(Sync)?\(|spawn|new RegExp|new \w*(Parser|SemVer|Date)\(|toISOString|dotenv|track\w*\(|heartbeat|ping\(|unbind\(|pump\(|BigInt\(|\.attr\(|remove\(test/

/** What is expected to throw for bad input alone. */
export const expectedFailure =
  /JSON\.parse|new URL|decodeURI|require\(|BigInt|new RegExp|Buffer\.from|parse\w*\(|(verify|validate|assert|assure|ensure|check|decode|decrypt|compare)\w*\(|readFile|access\(|access(Sync)?\(|stat\(/i

export const words = /[a-z]{3,}[\s,;]+\w+/i

/** A comment beside a `catch` says why nothing is done. */
export function isExplained(place: Node, file: SourceFile): boolean {
  const line = lineOf(place, file)
  const end = lineOf({ ...place, start: place.end }, file)
  return file.comments.some(
    (comment) => comment.line >= line - 1 && comment.line <= Math.min(end, line + 1) && words.test(comment.text),
  )
}

export function tryText(place: Node, file: SourceFile): string {
  const statement = place.parent
  return statement?.type === 'TryStatement' ? file.text.slice(statement.block.start, statement.block.end) : ''
}

export function attemptText(place: Node, file: SourceFile): string {
  const call = place.parent
  return call?.type === 'CallExpression' ? file.text.slice(call.callee.start, call.callee.end) : ''
}
