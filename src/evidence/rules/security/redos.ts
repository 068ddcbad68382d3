import type { Codebase } from '../../codebase.ts'
import { patternsIn, slowness } from '../../facts/regular-expressions.ts'
import { keyOf, type Node } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { callersOf } from '../callers.ts'
import { sourceText } from '../places.ts'
import { slowCalls } from '../slow-calls.ts'
import type { Match, Rule } from '../rule.ts'

export const redos: Rule = {
  id: 'redos',
  category: 'redos',
  severity: 'high',
  confidence: 'high',
  title: 'A pattern can take minutes on a short text',
  why: 'Nested repetition makes the engine try every way to split the text; one request then stops the whole process.',
  effects: { 'event loop': 'Blocked for seconds to minutes by one request.', latency: 'Every other request waits.' },
  fix: {
    say: 'Rewrite the pattern without nested repetition and limit the length before matching.',
    code: { any: 'if (text.length > 200) return false\nreturn /^[a-z]+(?:-[a-z]+)*$/.test(text)' },
  },
  sources: [
    'https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS',
    'https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop',
  ],
  limits: 'Patterns with references to their own groups, and those of more than 60 characters to take, are left out.',
  *find(codebase) {
    for (const file of codebase.production) {
      for (const { node, kind } of slowPatterns(file)) {
        const match = judge(codebase, file, node, kind)
        if (match) yield match
      }
    }
    yield* slowCalls(codebase)
  },
}

const slowPatterns = atOnce((file: SourceFile) =>
  patternsIn(file).flatMap(({ node, pattern, flags }) => {
    const kind = slowness(pattern, flags)
    return kind ? [{ node, kind }] : []
  }),
)

function judge(
  codebase: Codebase,
  file: SourceFile,
  literal: Node,
  kind: 'exponential' | 'polynomial',
): Match | undefined {
  const subject = subjectOf(literal, file)
  const trace = subject && codebase.flow.trace(subject, file)
  // What a schema let through is seldom long enough.
  if (kind === 'polynomial' && (!trace || trace.marks.has('parsed'))) return undefined
  if (trace)
    return {
      file,
      node: literal,
      message: `This pattern takes ${kind === 'exponential' ? 'exponential time' : 'time with the cube of a text’s length'} and is matched against ${sourceText(trace, file, literal)}.`,
      steps: trace.steps,
      severity: kind === 'exponential' && callersOf(trace, codebase) === 'anyone' ? 'high' : 'medium',
    }
  return {
    file,
    node: literal,
    severity: 'medium',
    confidence: 'medium',
    message: 'This pattern takes exponential time on texts that almost match.',
  }
}

/** The text a pattern is tested on: in its own call, or through the name it is given. */
function subjectOf(literal: Node, file: SourceFile): Node | undefined {
  const direct = subjectIn(literal)
  if (direct) return direct
  const holder = literal.parent
  if (holder?.type !== 'VariableDeclarator' && holder?.type !== 'AssignmentExpression') return undefined
  const target = holder.type === 'VariableDeclarator' ? holder.id : holder.left
  if (target.type !== 'Identifier') return undefined
  const binding = lookUp(file.scopes, target, target.name)
  for (const call of file.calls) {
    for (const part of [call.callee.type === 'MemberExpression' ? call.callee.object : undefined, ...call.arguments]) {
      if (part?.type !== 'Identifier' || part.name !== target.name || lookUp(file.scopes, part, part.name) !== binding)
        continue
      const subject = subjectIn(part)
      if (subject) return subject
    }
  }
  return undefined
}

function subjectIn(pattern: Node): Node | undefined {
  const parent = pattern.parent
  if (parent?.type === 'MemberExpression' && parent.object === pattern && /^(test|exec)$/.test(keyOf(parent) ?? '')) {
    return parent.parent?.type === 'CallExpression' ? parent.parent.arguments[0] : undefined
  }
  if (
    parent?.type === 'CallExpression' &&
    parent.callee.type === 'MemberExpression' &&
    parent.arguments[0] === pattern
  ) {
    return /^(match|matchAll|replace|replaceAll|search|split)$/.test(keyOf(parent.callee) ?? '')
      ? parent.callee.object
      : undefined
  }
  return undefined
}
