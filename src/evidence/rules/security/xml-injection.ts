import { functionAround, keyOf, type Node } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const xmlInjection: Rule = {
  id: 'xml-injection',
  category: 'xml-injection',
  severity: 'medium',
  confidence: 'medium',
  title: 'XML text is built from request input',
  why: 'Tags in the value become part of the document.',
  effects: { safety: 'Fields the caller must not set can be added.' },
  fix: {
    say: 'Use a builder that escapes.',
    code: { any: "import { create } from 'xmlbuilder2'\ncreate().ele('order').ele('name').txt(name)" },
  },
  sources: [
    'https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/07-Testing_for_XML_Injection',
  ],
  *find(codebase) {
    for (const file of codebase.production) {
      for (const template of documents(file)) {
        const traces = template.expressions.values().map((value) => codebase.flow.trace(value, file))
        const trace = traces.find((found) => found && !found.marks.has('html') && !found.marks.has('sanitized'))
        if (!trace) continue
        const message = `The XML holds ${sourceText(trace, file, template)} as it is.`
        yield { file, node: template, message, steps: trace.steps }
      }
    }
  },
}

const documents = atOnce((file: SourceFile) =>
  file.templates.filter((template) => {
    const start = template.quasis[0]?.value.cooked ?? ''
    const isXml =
      /^\s*(<\?xml|<(soap|s|soapenv):|<[A-Z]\w+ xmlns)/.test(start) ||
      (/^\s*<\w/.test(start) && isSentAsXml(template, file))
    return isXml && keyOf(template.parent ?? template) !== 'query'
  }),
)

/** The function around says that what it answers is XML. */
function isSentAsXml(template: Node, { text }: SourceFile): boolean {
  const around = functionAround(template)
  return around !== undefined && /['"`](application|text)\/xml\b/.test(text.slice(around.start, around.end))
}
