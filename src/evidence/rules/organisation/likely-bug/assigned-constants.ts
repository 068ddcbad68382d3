import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match, Words } from '../../rule.ts'

/** Assignments to what `const` declares; the compiler looks after TypeScript. */
export function* assignedConstants(file: SourceFile): Iterable<Match> {
  if (/\.[cm]?tsx?$/.test(file.path)) return
  for (const node of file.assignments) {
    const { left } = node
    if (left.type !== 'Identifier' || lookUp(file.scopes, node, left.name)?.kind !== 'const') continue
    yield { file, node, words, message: `\`${left.name}\` is declared with \`const\`: this line throws a TypeError.` }
  }
}

const words: Words = {
  title: 'A constant is given another value',
  why: 'When the line runs it throws “Assignment to constant variable”.',
  effects: { safety: 'The request fails at this line, each time.' },
}
