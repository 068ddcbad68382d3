import type { Codebase } from '../../codebase.ts'
import { keyOf, literalText, propertyOf, type Node } from '../../parse/ast.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { sourceText } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const ldapInjection: Rule = {
  id: 'ldap-injection',
  category: 'ldap-injection',
  severity: 'high',
  confidence: 'medium',
  title: 'An LDAP filter is built from request input',
  why: '`*` and parentheses in the value change what the filter matches.',
  effects: { safety: 'Logins and group checks can be passed.' },
  fix: {
    say: 'Build the filter from objects.',
    code: {
      any: "import { EqualityFilter } from 'ldapjs'\nclient.search(base, { filter: new EqualityFilter({ attribute: 'uid', value: name }) }, done)",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    yield* filterTexts(codebase)
    if (
      !codebase.project.dependencies.some((item) =>
        /^(ldapjs|ldapts|activedirectory2?|passport-ldapauth)$/.test(item.name),
      )
    )
      return
    for (const { call, file } of codebase.index.methods('search', 'bind', 'searchAsync')) {
      const parts = call.arguments.flatMap((argument) => [argument, propertyOf(argument, 'filter') ?? argument])
      const trace = parts.map((part) => codebase.flow.trace(part, file)).find((found) => found?.inText)
      if (trace)
        yield {
          file,
          node: call,
          message: `The LDAP query holds ${sourceText(trace, file, call)}.`,
          steps: trace.steps,
        }
    }
  },
}

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
      if (trace?.inText)
        yield {
          file,
          node: call,
          message: `The XPath expression holds ${sourceText(trace, file, call)}.`,
          steps: trace.steps,
        }
    }
  },
}

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
        for (const value of template.expressions) {
          const trace = codebase.flow.trace(value, file)
          if (!trace || trace.marks.has('html') || trace.marks.has('sanitized')) continue
          yield {
            file,
            node: template,
            message: `The XML holds ${sourceText(trace, file, value)} as it is.`,
            steps: trace.steps,
          }
          break
        }
      }
    }
  },
}

const documents = atOnce((file: SourceFile) =>
  file.templates.filter(
    (template) =>
      /^\s*(<\?xml|<(soap|s|soapenv):|<[A-Z]\w+ xmlns)/.test(template.quasis[0]?.value.cooked ?? '') &&
      keyOf(template.parent ?? template) !== 'query',
  ),
)

const filterStart = /\((uid|cn|sn|mail|email|dn|ou|member|samaccountname|userprincipalname|objectclass)=$/i

/** Text that can only be an LDAP filter, with request input in it. */
function* filterTexts(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    for (const { node, value } of filterParts(file)) {
      const trace = codebase.flow.trace(value, file)
      if (!trace || trace.marks.has('sanitized')) continue
      const message = `The LDAP filter holds ${sourceText(trace, file, node)}.`
      yield { file, node, confidence: 'medium', message, steps: trace.steps }
    }
  }
}

const filterParts = atOnce((file: SourceFile): { node: Node; value: Node }[] => [
  ...file.templates.flatMap((template) => {
    const at = template.quasis.findIndex((quasi) => filterStart.test(quasi.value.cooked ?? ''))
    const value = template.expressions[at]
    return value ? [{ node: template, value }] : []
  }),
  ...file.binaries.flatMap((binary) =>
    binary.operator === '+' && filterStart.test(literalText(binary.left) ?? '')
      ? [{ node: binary, value: binary.right }]
      : [],
  ),
])
