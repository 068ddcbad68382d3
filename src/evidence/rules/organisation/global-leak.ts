import { functionAround, pathOf, unwrap, type FunctionNode, type Node } from '../../parse/ast.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import { atOnce } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { knownGlobals } from '../../facts/globals.ts'
import { bySentence, firstOfFile } from '../matches.ts'
import { lineOf, requestOf } from '../places.ts'
import type { Codebase } from '../../codebase.ts'
import type { Match, Rule, Words } from '../rule.ts'

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
      yield* sharedByAll(codebase, file)
      if (!/\.[cm]?tsx?$/.test(file.path)) yield* firstOfFile(undeclaredIn(file, codebase))
    }
  },
}

/** One finding for each name that a function leaks. */
function* undeclaredIn(file: SourceFile, codebase: Codebase): Iterable<Match> {
  const byFunction = Map.groupBy(undeclared(codebase, file), ({ node }) => node && functionAround(node))
  for (const matches of byFunction.values()) yield* bySentence(matches)
}

function* undeclared(codebase: Codebase, file: SourceFile): Iterable<Match> {
  const heads = file.loops.flatMap((loop) => ('left' in loop ? [loop] : []))
  for (const assignment of [...file.assignments, ...heads]) {
    for (const name of targets(assignment.left)) {
      if (lookUp(file.scopes, assignment, name) || knownGlobals.has(name) || declaresGlobal(file, name)) continue
      const request = requestOf(codebase, assignment)
      yield {
        file,
        node: assignment.left,
        line: lineOf(assignment.left, file),
        ...weigh(assignment, name, request !== undefined, file),
      }
    }
  }
}

function weigh(
  assignment: Node,
  name: string,
  inRequest: boolean,
  file: SourceFile,
): Pick<Match, 'severity' | 'message' | 'words'> {
  const message = `\`${name}\` is declared nowhere: it becomes global`
  const around = functionAround(assignment)
  if (!around) return { severity: 'low', words: atLoad, message: `${message}.` }
  if (staysInOneTurn(name, around, file)) return { severity: 'low', words: inOneTurn, message: `${message}.` }
  return inRequest
    ? { severity: 'high', message: `${message} and is shared by all requests.` }
    : { message: `${message}.` }
}

/** Read nowhere, or set and read by one function that never waits: no other request comes between. */
function staysInOneTurn(name: string, around: FunctionNode, file: SourceFile): boolean {
  if (mentionsOf(name, file.program).length === 1) return true
  if (around.async || around.generator) return false
  return mentionsOf(name, file.program).every(
    (mention) => functionAround(mention) === around || lookUp(file.scopes, mention, name) !== undefined,
  )
}

const atLoad: Words = {
  why: 'Another file that leaks the same name overwrites it, and whoever reads it depends on the order in which files are loaded.',
  effects: {
    maintenance: 'Strict mode and ES modules refuse to run it, and nothing says where the name comes from.',
  },
}

const inOneTurn: Words = {
  why: 'It lives as long as the process does, and another file that leaks the same name overwrites it.',
  effects: { maintenance: 'Strict mode and ES modules refuse to run it.', memory: 'What it holds is kept for ever.' },
}

const globalsSet = atOnce((file: SourceFile) =>
  file.assignments.filter(
    ({ left, operator }) =>
      left.type === 'MemberExpression' && operator === '=' && /^global(This)?\.\w+$/.test(pathOf(left)),
  ),
)

/** `global.user = user` in a request: the process has one, whoever asks. */
function* sharedByAll(codebase: Codebase, file: SourceFile): Iterable<Match> {
  for (const assignment of globalsSet(file)) {
    const { left } = assignment
    const path = pathOf(left)
    if (!requestOf(codebase, assignment)) continue
    if (
      !/user|account|session|token|cart|email|role|login|current/i.test(path.split('.').at(-1) ?? '') ||
      isKept(file, assignment)
    )
      continue
    yield {
      file,
      node: left,
      severity: 'high',
      message: `\`${path}\` belongs to the whole process: the next request overwrites it, and other callers see it.`,
    }
  }
}

/** `global.token ??= …`, or under `if (!global.token)`, keeps one value on purpose. */
function isKept(file: SourceFile, assignment: Node): boolean {
  return /if\s*\(\s*!\s*(global|app)\b[^{]*\{?\s*$/.test(
    file.text.slice(Math.max(0, assignment.start - 80), assignment.start),
  )
}

function targets(node: Node): string[] {
  const inner = unwrap(node)
  if (inner.type === 'Identifier') return [inner.name]
  if (inner.type === 'ArrayPattern') return inner.elements.flatMap((element) => (element ? targets(element) : []))
  if (inner.type === 'AssignmentPattern') return targets(inner.left)
  if (inner.type === 'ObjectPattern')
    return inner.properties.flatMap((item) => targets(item.type === 'Property' ? item.value : item.argument))
  return []
}

function declaresGlobal(file: SourceFile, name: string): boolean {
  return file.comments.some((comment) => /^\s*globals?\b/.test(comment.text) && comment.text.includes(name))
}
