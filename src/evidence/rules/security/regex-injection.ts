import { goingBy, propertiesOf } from '../../parse/by-name.ts'
import type { Codebase } from '../../codebase.ts'
import type { Trace } from '../../facts/trace.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { callersOf } from '../callers.ts'
import { byInput } from '../matches.ts'
import { isChecked } from '../checked-values.ts'
import { sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const regexInjection: Rule = {
  id: 'regex-injection',
  category: 'regex-injection',
  severity: 'medium',
  confidence: 'high',
  title: 'A regular expression is built from request input',
  why: 'The caller can write a pattern that takes minutes, or one that matches everything.',
  effects: { 'event loop': 'Blocked by one request.' },
  fix: {
    say: 'Escape the text, or compare texts without a pattern.',
    code: {
      any: "const text = String(req.query.q).replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&') // from Node.js 24 on: RegExp.escape\nconst pattern = new RegExp(text, 'i')",
    },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/RegExp/escape'],
  *find(codebase) {
    yield* byInput(patternsFrom(codebase))
  },
}

function* patternsFrom(codebase: Codebase): Iterable<{ match: Match; trace: Trace }> {
  for (const file of codebase.production) {
    for (const property of databasePatterns(file)) {
      const trace = codebase.flow.trace(property.value, file)
      if (!trace || trace.marks.has('regex') || trace.marks.has('sanitized') || isChecked(trace, property, file))
        continue
      const message = `The database runs the pattern ${sourceText(trace, file, property)} over its rows.`
      yield {
        match: {
          file,
          node: property,
          ...weightOf(trace, codebase),
          confidence: 'medium',
          message,
          steps: trace.steps,
        },
        trace,
      }
    }
  }
  for (const { call, file } of codebase.index.named(/^RegExp$/)) {
    const pattern = call.arguments[0]
    const trace = pattern && codebase.flow.trace(pattern, file)
    if (!trace || trace.marks.has('regex') || trace.marks.has('sanitized') || isChecked(trace, call, file)) continue
    const message = `The pattern holds ${sourceText(trace, file, pattern)}.`
    yield { match: { file, node: call, ...weightOf(trace, codebase), message, steps: trace.steps }, trace }
  }
}

function weightOf(trace: Trace, codebase: Codebase): Pick<Match, 'severity'> {
  return callersOf(trace, codebase) === 'anyone' ? {} : { severity: 'low' }
}

/** `{ name: { $regex: … } }`. */
const databasePatterns = (file: SourceFile) => goingBy(propertiesOf(file), '$regex')
