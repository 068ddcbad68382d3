import { literalText, type Node } from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'

export const leadingWildcard: Rule = {
  id: 'leading-wildcard',
  category: 'leading-wildcard',
  severity: 'low',
  confidence: 'high',
  title: 'A search pattern starts with a wildcard',
  why: 'An index is sorted by the start of the text, so every row is read.',
  effects: { latency: 'Grows with the table.' },
  fix: {
    say: 'Use a full-text or trigram index.',
    code: { any: 'CREATE INDEX products_name_trgm ON products USING gin (name gin_trgm_ops);' },
  },
  sources: ['https://use-the-index-luke.com/sql/where-clause/searching-for-ranges/like-performance-tuning'],
  *find(codebase) {
    if (codebase.queries.length === 0) return
    for (const file of codebase.production) yield* patternsIn(file)
  },
}

const patternsIn = once((file: SourceFile) => [...inFile(file)])

function* inFile(file: SourceFile): Iterable<Match> {
  const seen = new Set<number>()
  const report = function* (node: Node): Iterable<Match> {
    if (seen.has(node.start)) return
    seen.add(node.start)
    yield { file, node, message: 'The pattern starts with `%`.' }
  }
  for (const literal of file.literals) {
    if (typeof literal.value === 'string' && /\bi?like\s+'?%/i.test(literal.value)) yield* report(literal)
    else if (
      literal.value === '%' &&
      literal.parent?.type === 'BinaryExpression' &&
      literal.parent.left === literal &&
      /like|search|\[Op|where|contains/i.test(file.text.slice(Math.max(0, literal.start - 120), literal.start))
    ) {
      yield* report(literal)
    }
  }
  for (const template of file.templates) {
    const text = file.text.slice(template.start, template.end)
    if (
      /\bi?like\s+'?%\$\{/i.test(text) ||
      (text.startsWith('`%${') && /like/i.test(file.text.slice(Math.max(0, template.start - 120), template.start))) ||
      (literalText(template) === undefined && /\bi?like\s+'%/i.test(text))
    ) {
      yield* report(template)
    }
  }
}
