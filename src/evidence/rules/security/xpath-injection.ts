import { sourceText } from '../places.ts'
import type { Rule } from '../rule.ts'

export const xpathInjection: Rule = {
  id: 'xpath-injection',
  category: 'xpath-injection',
  severity: 'high',
  confidence: 'medium',
  title: 'An XPath expression is built from request input',
  why: 'Quotes in the value change what the expression selects.',
  effects: { safety: 'Other parts of the document can be read.' },
  fix: {
    say: 'Pass values as XPath variables.',
    code: {
      any: "const select = xpath.parse('//user[@name=$name]')\nselect.select({ node: document, variables: { name } })",
    },
  },
  sources: ['https://owasp.org/www-community/attacks/XPATH_Injection'],
  *find(codebase) {
    const calls = [
      ...codebase.index.named(/^xpath(\.\w+)?$|^xpath\.useNamespaces\(\)$/),
      ...codebase.index.methods('find', 'get', 'evaluate').filter((found) => /xpath|libxml|parseXml/i.test(found.name)),
    ]
    for (const { call, file } of calls) {
      const trace = call.arguments[0] && codebase.flow.trace(call.arguments[0], file)
      if (!trace?.inText) continue
      const message = `The XPath expression holds ${sourceText(trace, file, call)}.`
      yield { file, node: call, message, steps: trace.steps }
    }
  },
}
