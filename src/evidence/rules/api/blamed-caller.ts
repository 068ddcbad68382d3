import type { Codebase } from '../../codebase.ts'
import type { Of } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Rule } from '../rule.ts'
import { failurePaths, statusesIn, type Answer } from './failure-paths.ts'

export const blamedCaller: Rule = {
  id: 'blamed-caller',
  category: 'wrong-status',
  severity: 'info',
  confidence: 'medium',
  title: 'Every failure is blamed on the caller',
  why: 'A lost connection or a bug is answered with 400 or 404: clients do not try again, and no alarm rings.',
  effects: { maintenance: 'Failures of the server do not show in metrics.' },
  fix: {
    say: 'Answer what the caller did wrong where it is found, and hand the rest to the error handler.',
    code: {
      Express:
        "if (error.name === 'ValidationError') return res.status(400).json({ error: error.message })\nnext(error)",
    },
  },
  sources: ['https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx'],
  limits: 'One finding for each file; a `catch` that looks at the error is left alone.',
  *find(codebase) {
    for (const file of codebase.production) {
      const [first, ...rest] = [...blaming(file, codebase)]
      if (!first) continue
      yield {
        file,
        node: first.node,
        also: rest.map(({ node }) => ({ path: file.path, line: lineOf(node, file) })),
        message: `Whatever fails here, also the database, is answered with ${first.status}.`,
      }
    }
  },
}

function* blaming(file: SourceFile, codebase: Codebase): Iterable<Answer> {
  for (const { body, tried } of failurePaths(file, codebase)) {
    if (tried && checksInput(tried, file)) continue
    const given = statusesIn(body, file, codebase)
    const [first] = given
    if (first && given.every(({ status }) => status === 400 || status === 404 || status === 422)) yield first
  }
}

/** What a schema refuses is the caller's mistake. */
function checksInput({ block }: Of<'TryStatement'>, file: SourceFile): boolean {
  return /\bvalidat\w*\(|\.parse(Async)?\(|\bverify\w*\(|\bassert|\bthrow new \w+\(\s*['"`]/i.test(
    file.text.slice(block.start, block.end),
  )
}
