import type { Node } from '../parse/ast.ts'
import { partsOfText } from './parts-of-text.ts'
import { loadLine, replace, source } from './edits.ts'
import type { CodeFix } from './fix-here.ts'

/** Runs the program itself, so that what is in an argument stays one argument. */
export const withoutShell: CodeFix = ({ node: call, file }) => {
  if (call.type !== 'CallExpression') return undefined
  const method = call.callee.type === 'MemberExpression' ? call.callee.property : call.callee
  const called = source(method, file)
  const [command] = call.arguments
  if (!command || !/^exec(Sync)?$/.test(called)) return undefined
  const words = readWords(command, (part) => source(part, file))
  const [program, ...rest] = words ?? []
  if (program === undefined || !/^'[\w./-]+'$/.test(program)) return undefined
  const name = called.replace('exec', 'execFile')
  return {
    edits: [replace(method, name), replace(command, `${program}, [${rest.join(', ')}]`)],
    imports: method === call.callee ? [loadLine(name, 'node:child_process', file)] : [],
  }
}

/** The words of a command that a shell would only split, each as an expression; undefined where it would do more. */
function readWords(command: Node, read: (part: Node) => string): string[] | undefined {
  const words: (string | Node)[][] = [[]]
  for (const part of partsOfText(command) ?? []) {
    if (typeof part !== 'string') {
      words.at(-1)?.push(part)
      continue
    }
    if (/[|&;<>$`\\*~#(){}[\]!\n'"]/.test(part)) return undefined
    part.split(/ +/).forEach((word, index) => {
      if (index > 0) words.push([])
      if (word !== '') words.at(-1)?.push(word)
    })
  }
  return words
    .filter((word) => word.length > 0)
    .map((word) => {
      const [only] = word
      if (word.length === 1 && only !== undefined) return typeof only === 'string' ? `'${only}'` : read(only)
      return `\`${word.map((part) => (typeof part === 'string' ? part : `\${${read(part)}}`)).join('')}\``
    })
}
