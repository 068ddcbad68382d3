import type { Codebase } from '../../codebase.ts'
import { literalText, propertyOf, type Node } from '../../parse/ast.ts'
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
      any: "import { EqualityFilter } from 'ldapts'\n\nconst { searchEntries } = await client.search(base, { filter: new EqualityFilter({ attribute: 'uid', value: name }) })",
    },
  },
  sources: ['https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html'],
  *find(codebase) {
    yield* filterTexts(codebase)
    if (codebase.project.dependencies.some(({ name }) => clients.test(name))) yield* queries(codebase)
  },
}

const clients = /^(ldapjs|ldapts|activedirectory2?|passport-ldapauth)$/

function* queries(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('search', 'bind', 'searchAsync')) {
    const parts = call.arguments.flatMap((argument) => [argument, propertyOf(argument, 'filter') ?? argument])
    const trace = parts.map((part) => codebase.flow.trace(part, file)).find((found) => found?.inText)
    if (!trace) continue
    const message = `The LDAP query holds ${sourceText(trace, file, call)}.`
    yield { file, node: call, message, steps: trace.steps }
  }
}

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
