import { unwrap, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { knownGlobals } from '../../facts/globals.ts'
import { requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const globalLeak: Rule = {
  id: 'global-leak',
  category: 'global-leak',
  severity: 'medium',
  confidence: 'high',
  title: 'A forgotten declaration makes a variable of the whole process',
  why: 'All requests share it: while one waits, another overwrites its value, and the answer of one user goes to another.',
  effects: {
    safety: 'Data of one request shows up in another.',
    maintenance: 'Strict mode and ES modules refuse to run it.',
  },
  fix: { say: 'Declare it.', code: { any: 'const output = { searchTerm: req.body.name }' } },
  sources: [
    'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Strict_mode#removing_the_mistaken_global_declarations',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      if (/\.[cm]?tsx?$/.test(file.path)) continue
      for (const assignment of file.assignments) {
        for (const name of targets(assignment.left)) {
          if (lookUp(file.scopes, assignment, name) || knownGlobals.has(name) || declaresGlobal(file, name)) continue
          const request = requestOf(codebase, assignment)
          yield {
            file,
            node: assignment.left,
            ...(request ? { severity: 'high' as const } : {}),
            message: `\`${name}\` is declared nowhere: it becomes global${request ? ' and is shared by all requests' : ''}.`,
          }
        }
      }
    }
  },
}

function targets(node: Node): string[] {
  const inner = unwrap(node)
  if (inner.type === 'Identifier') return [inner.name]
  if (inner.type === 'ArrayPattern') return inner.elements.flatMap((element) => (element ? targets(element) : []))
  return []
}

function declaresGlobal(file: SourceFile, name: string): boolean {
  return file.comments.some((comment) => /^\s*globals?\b/.test(comment.text) && comment.text.includes(name))
}
