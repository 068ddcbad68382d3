import { functionAround, keyOf, type Node } from '../../parse/ast.ts'
import { lookUp } from '../../parse/scopes.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { isValidated, sourceText, textOf } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

export const loopBoundFromInput: Rule = {
  id: 'loop-bound-from-input',
  category: 'resource-exhaustion',
  severity: 'medium',
  confidence: 'medium',
  title: 'A request decides how often a loop runs',
  why: 'A large number, or an object with a large `length`, keeps the one thread busy.',
  effects: { 'event loop': 'Stopped as long as the caller likes.' },
  fix: {
    say: 'Put an upper end on the number.',
    code: { any: 'const count = Math.min(z.coerce.number().int().parse(req.query.count), 100)' },
  },
  sources: ['https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop'],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const loop of file.loops) {
        if (loop.type !== 'ForStatement' || loop.test?.type !== 'BinaryExpression') continue
        const side = /^<=?$/.test(loop.test.operator) ? loop.test.right : loop.test.left
        const bound = side.type === 'MemberExpression' && keyOf(side) === 'length' ? side.object : side
        const trace = codebase.flow.trace(bound, file)
        if (!trace || !/^(body|query|params|message|arguments)$/.test(trace.kind) || trace.marks.size > 0) continue
        if (isValidated(codebase, trace) || /Array\.isArray/.test(file.text.slice(loop.start - 300, loop.start)))
          continue
        if (isBounded(bound, loop, file) || (bound !== side && isList(bound, file))) continue
        // How long a list can be is bounded by the size of the body; seen from afar it is a list, and a piece of a path is a text.
        if (bound !== side && (trace.source.file !== file || trace.kind === 'params')) continue
        yield {
          file,
          node: loop,
          ...(/\.length\b/.test(textOf(loop, file, 200)) ? { words: ofLists } : {}),
          message: `The loop runs as often as ${sourceText(trace, file, loop)} says.`,
          steps: trace.steps,
        }
      }
    }
  },
}

/** `if (end > last) end = last` or `end = Math.min(end, last)` before the loop. */
function isBounded(bound: Node, loop: Node, file: SourceFile): boolean {
  const around = functionAround(loop)
  if (bound.type !== 'Identifier') return false
  const isBefore = ({ start }: Node) => start < loop.start && start > (around?.start ?? 0)
  return (
    file.assignments.some(
      (item) => item.left.type === 'Identifier' && item.left.name === bound.name && isBefore(item),
    ) || isRefused(bound.name, file.text.slice(around?.start ?? 0, loop.start))
  )
}

/** `if (index >= list.length) throw …`, `list.length <= 10`: what is too large never reaches the loop. */
function isRefused(name: string, before: string): boolean {
  return new RegExp(
    String.raw`if\s*\([^{;]*\b${name}\s*>=?[^{;]*\)\s*\{?\s*(throw|return)\b|\b${name}(\?)?\.length\s*<=?\s*\w`,
  ).test(before)
}

/** What `split` gives is a list, as long as the text; the names of an object's fields are as many as came. */
function isList(bound: Node, file: SourceFile): boolean {
  const binding = bound.type === 'Identifier' ? lookUp(file.scopes, bound, bound.name) : undefined
  const made = binding?.init ? file.text.slice(binding.init.start, binding.init.end) : ''
  return (
    binding?.path.length === 0 &&
    /\.(split|map|filter|slice)\(|^\[|Array\.from\(|^Object\.(keys|values|entries)\(/.test(made)
  )
}

const ofLists: Words = {
  fix: {
    say: 'Ask for a list, and say how long it may be.',
    code: {
      Express:
        "const { items } = req.body\nif (!Array.isArray(items) || items.length > 100) return res.status(400).json({ error: 'at most 100 items' })",
    },
  },
}
