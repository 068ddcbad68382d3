import type { Codebase } from '../../../codebase.ts'
import { answersByTypes } from '../../../facts/handlers.ts'
import { answersIn } from '../../../facts/answers.ts'
import type { Query } from '../../../facts/queries.ts'
import { rowsIn } from '../../../facts/row-origins.ts'
import { keyOf, literalText, pathOf, propertyOf, unwrap, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf, requestOf } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { passwordsOfPeople } from './shown-secrets.ts'
import { isShaped, takesAway } from './whole-rows.ts'
import { joined } from './words.ts'

const person =
  /^(users?|authors?|owners?|customers?|sellers?|senders?|members?|creators?|createdBy|postedBy|groupAdmin)$/i

/** Rows of other things that bring whole rows of people along: `populate`, `include`, `relations`. */
export function* joinedPeople(codebase: Codebase): Iterable<Match> {
  const [secret] = passwordsOfPeople(codebase)
  if (secret === undefined) return
  for (const { call, file } of codebase.index.methods('populate')) {
    const [path, fields] = call.arguments
    const handler = path && !fields && namesPerson(literalText(path), codebase) ? requestOf(codebase, call) : undefined
    if (!path || !handler || answersByTypes(handler)) continue
    yield {
      file,
      node: call,
      line: lineOf(path, file),
      words: joined,
      message: `\`populate\` puts whole rows of people into the result, \`${secret}\` with them.`,
    }
  }
  const joining = codebase.queries.filter((query) => query.file.kind === 'production' && joinsPeople(query))
  if (joining.length === 0) return
  const answered = new Set(
    codebase.production.flatMap((file) =>
      answersIn(file, codebase)
        .filter(({ how, handler }) => /^(json|send|body|return)$/.test(how) && !answersByTypes(handler))
        .filter((answer) => !isShaped(codebase, answer))
        .flatMap(({ value }) => valuesOf(value).flatMap((part) => rowsIn(part, file, codebase)))
        .filter((row) => !takesAway(row, secret))
        .map(({ query }) => query),
    ),
  )
  for (const query of joining) {
    if (!answered.has(query)) continue
    yield {
      file: query.file,
      node: query.call,
      words: joined,
      message: `The rows of \`${query.model}\` bring whole rows of people into the answer, \`${secret}\` with them.`,
    }
  }
}

function valuesOf(value: Node): Node[] {
  const body = unwrap(value)
  return body.type === 'ObjectExpression'
    ? body.properties.map((item) => (item.type === 'Property' ? item.value : item.argument))
    : [body]
}

/** `populate('postAuthor')`, where some model says that this is a user. */
function namesPerson(path: string | undefined, { entities }: Codebase): boolean {
  if (path === undefined) return false
  return (
    person.test(path) ||
    entities.some(({ fields }) =>
      fields.some(
        ({ name, type }) => name === path && /\bref\s*:\s*['"](User|Account|Customer|Member)s?['"]/.test(type),
      ),
    )
  )
}

function joinsPeople({ kind, call, file }: Query): boolean {
  if (!kind.startsWith('find')) return false
  return call.arguments.some((options) =>
    ['include', 'relations'].some((name) => {
      const given = propertyOf(options, name)
      return given !== undefined && joinsPerson(given, file)
    }),
  )
}

/** `['author']`, `{ author: true }`, `[User]`, `[{ model: User, as: 'author' }]`, each without a choice of columns. */
function joinsPerson(given: Node, file: SourceFile): boolean {
  const joined = unwrap(given)
  if (joined.type === 'ArrayExpression')
    return joined.elements.some((element) => element !== null && joinsPerson(element, file))
  if (joined.type === 'Literal') return person.test(literalText(joined) ?? '')
  if (joined.type !== 'ObjectExpression') return isAccount(pathOf(joined))
  const model = propertyOf(joined, 'model')
  if (model) return isAccount(pathOf(model)) && !propertyOf(joined, 'attributes')
  return joined.properties.some(
    (item) => item.type === 'Property' && person.test(keyOf(item) ?? '') && literalText(item.value) === 'true',
  )
}

function isAccount(path: string): boolean {
  return /(^|\.)(Users?|Accounts?|Customers?|Members?)(Model)?$/.test(path)
}
