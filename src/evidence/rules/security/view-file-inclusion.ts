import { responsesIn } from '../../facts/responses.ts'
import { isView } from '../../facts/views.ts'
import { keyOf, literalText } from '../../parse/ast.ts'
import { isChecked } from '../checked-values.ts'
import { sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const viewFileInclusion: Rule = {
  id: 'view-file-inclusion',
  category: 'path-traversal',
  severity: 'high',
  confidence: 'medium',
  title: 'A view includes a file named by the request',
  why: 'An include whose name is a value of the request reads other files of the server as templates.',
  effects: { safety: 'Files of the server are shown or run.' },
  fix: {
    say: 'Look the name up in a fixed list.',
    code: {
      Express:
        "const pages = new Set(['intro', 'prices', 'contact'])\nif (!pages.has(req.params.page)) return next()\nres.render('layout', { page: req.params.page })",
    },
  },
  sources: ['https://owasp.org/www-community/attacks/Path_Traversal'],
  *find(codebase) {
    const names = new Set<string>()
    for (const [path, text] of codebase.texts) {
      if (!isView(path)) continue
      for (const match of text.matchAll(inclusions)) {
        for (const name of (match[1] ?? '').matchAll(/(?<!['"\w.])([a-z_]\w*)\b(?!['"])/gi)) names.add(name[1] ?? '')
      }
    }
    if (names.size === 0) return
    for (const file of codebase.production) {
      for (const { call, method } of responsesIn(file, codebase.web)) {
        const data = call.arguments[1]
        if (method !== 'render' || data?.type !== 'ObjectExpression' || literalText(call.arguments[0]) === undefined)
          continue
        for (const property of data.properties) {
          if (property.type !== 'Property' || !names.has(keyOf(property) ?? '')) continue
          const trace = codebase.flow.trace(property.value, file)
          if (trace && !isChecked(trace, call, file) && !trace.marks.has('file-name')) {
            yield {
              file,
              node: call,
              message: `The view includes a file named by ${sourceText(trace, file, call)}.`,
              steps: trace.steps,
            }
          }
        }
      }
    }
  },
}

/** Tags that include what is not written there as a text. */
const inclusions = /(?:<%|\{%|\{\{)[^%}\n]*?\binclude(?:\s*\(\s*|\s+)([^'"\s%)][^%)\n]*|['"][^'"]*['"]\s*\+[^%)\n]*)/g
