import type { Codebase } from '../../../codebase.ts'
import { knownText } from '../../../facts/known-text.ts'
import { functionAround, type CallNode } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

/** A cipher that proves its text, read without `final`, which is where the proof is checked. */
export function* unprovenTexts(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^crypto(-browserify)?\.createDecipheriv$/)) {
    const [algorithm] = call.arguments
    const name = algorithm && knownText(algorithm, file, codebase)?.text
    if (name === undefined || !/-(gcm|ccm|ocb)$|poly1305$/i.test(name) || isFinished(call, file)) continue
    const message = `\`final\` is never called: it is what checks that the text of ${name} was not changed.`
    yield { file, node: call, severity: 'medium', message }
  }
}

/** It is asked for its end, or leaves the function, which may be to be asked elsewhere. */
function isFinished(call: CallNode, file: SourceFile): boolean {
  const holder = call.parent
  if (holder?.type !== 'VariableDeclarator' || holder.id.type !== 'Identifier') return true
  const around = functionAround(call) ?? file.program
  const name = holder.id.name
  return new RegExp(String.raw`\b${name}\s*\.\s*(final|pipe|on|end)\b|(return|[(,:=[])\s*${name}\s*[^.\s\w]`).test(
    file.text.slice(around.start, around.end),
  )
}
