import { plainModel } from '../../../facts/query-filters.ts'
import type { Codebase } from '../../../codebase.ts'
import { isAccountModel, passwordField, type Entity } from '../../../facts/entities.ts'
import { chainTop } from '../../../facts/promises.ts'
import type { Query } from '../../../facts/queries.ts'
import { sqlText } from '../../../facts/sql-text.ts'
import { schemaOf } from '../../../facts/uniqueness.ts'
import { keyOf, literalText, pathOf, unwrap, type CallNode, type Node } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'

type Field = Entity['fields'][number]

const others =
  /^((password|pwd)_?salt|salt|otp|otp_?code|ssn|cvv|api_?key|secret|verification|((password|pass)_?)?(reset|forgot)_?(password|pass)?_?(token|code|otp)(_?hash)?|(\w+_?)?(verif\w*|confirm\w*|activation|change|status)_?(token|code)|refresh_?tokens?|(two_?factor|mfa|totp|2fa|tfa)\w*secret)$/i

/** Names of the secret fields of the rows that a query gives; none where they are kept back, or the rows are not of people. */
export function secretsShown(query: Query, codebase: Codebase): readonly string[] {
  if (!givesRows(query)) return []
  if (query.sql) return readsPeople(query) ? columnsOf(query, codebase) : []
  const entity = personAsked(query, codebase)
  if (!entity && query.model !== undefined && isWellKnown(query.model, codebase)) return []
  if (!entity) return isAccountModel(query.model) ? guessed(query, codebase).filter((name) => isShown(name, query)) : []
  return secretsOf(entity)
    .filter(({ name, hidden }) => isShown(name, query) && (!hidden || asksForHidden(name, query)))
    .map(({ name }) => name)
}

/** The secrets of people nobody defines: what is written of them where they are made, or else a password. */
function guessed({ model = '' }: Query, { queries }: Codebase): readonly string[] {
  const made = queries.filter(
    ({ kind, model: other = '' }) => kind === 'insert' && plainModel(other) === plainModel(model),
  )
  const names = made.flatMap((query) => writtenIn(query) ?? [])
  const isKnown = names.length > 0 && !names.some((name) => /pass|pwd|hash|salt/i.test(name))
  return isKnown ? [...new Set(names.filter((name) => others.test(name)))] : ['password']
}

/** The names of the fields that an insert writes; undefined where they are not all seen. */
function writtenIn({ call, file }: Query): string[] | undefined {
  const [given] = call.arguments
  const value = given?.type === 'Identifier' ? lookUp(file.scopes, given, given.name)?.init : given
  if (value?.type !== 'ObjectExpression') return undefined
  const names = value.properties.flatMap((item) => (item.type === 'Property' ? (keyOf(item) ?? []) : []))
  return names.length === value.properties.length ? names : undefined
}

/** `select: false` keeps a field from what is looked up, not from the document that was just made of it. */
function asksForHidden(name: string, query: Query): boolean {
  return isMade(query) || new RegExp(String.raw`['"\`\s]\+${name}\b`).test(textOf(query))
}

/** `User.create(…)`, or the saving of what was made by `new` or `create`. */
function isMade({ method, call, file }: Query): boolean {
  if (method !== 'save' || call.callee.type !== 'MemberExpression') return method === 'create'
  const saved = unwrap(call.arguments[0] ?? call.callee.object)
  const made = saved.type === 'Identifier' ? lookUp(file.scopes, saved, saved.name)?.init : saved
  const source = made && unwrap(made)
  return (
    source?.type === 'NewExpression' ||
    (source?.type === 'CallExpression' && /\.(create|build)$/.test(pathOf(source.callee)))
  )
}

/** Updates of SQL builders and drivers give counts, not rows. */
function givesRows({ kind, method, chain, client, sql }: Query): boolean {
  if (sql) return true
  if (kind === 'find-one' || kind === 'find-many')
    return !/^(exists|distinct|aggregate|scan|findAndCount)$/.test(method)
  if (chain.includes('returning')) return true
  if (/prisma/.test(client)) return /^(create|update|upsert|delete)$/.test(method)
  return /^(create|save|findOrCreate|find(ById|One)And\w+)$/.test(method)
}

/** The secret fields of a model that its own `toJSON`, default scope or the like does not take away. */
const secretsOf = onceFor((entity: Entity): readonly Field[] => {
  const { text } = entity.file
  const kept = [...text.matchAll(/toJSON|toObject|transform|defaultScope/g)].map(({ index }) =>
    text.slice(index, index + 800),
  )
  return entity.fields.filter(({ name, type, node, relation }) => {
    const written = node ? text.slice(node.start, node.end) : type
    return (
      !relation &&
      (isPassword(name, entity) || others.test(name)) &&
      !/\bBoolean\b|@(One|Many)To|VIRTUAL|@Exclude|@HideField|private\s*:\s*true/.test(written) &&
      !kept.some((part) => new RegExp(String.raw`\b${name}\b`).test(part))
    )
  })
})

/** Names of the fields with passwords that models of accounts hide from nobody. */
export function passwordsOfPeople({ entities }: Codebase): readonly string[] {
  return entities
    .filter(isOfAccounts)
    .flatMap((entity) => secretsOf(entity).filter((field) => !field.hidden && passwordField.test(field.name)))
    .map(({ name }) => name)
}

/** A model of things: it is defined here, and has no password. */
function isWellKnown(model: string, { entities }: Codebase): boolean {
  return entities.some(({ name }) => plainModel(name) === plainModel(model))
}

/** The model of people that a query asks, the nearest of its name. */
export function personAsked(query: Query, codebase: Codebase): Entity | undefined {
  const near = (item: Entity) => sharedFolders(item.file.path, query.file.path)
  const found = query.model === undefined ? [] : (people(codebase).get(plainModel(query.model)) ?? [])
  return found.toSorted((one, other) => near(other) - near(one))[0]
}

/** Models of people, by their plain names: with a password, or named for accounts. */
const people = onceFor(({ entities }: Codebase) =>
  Map.groupBy(
    entities.filter((entity) => isOfAccounts(entity) || entity.fields.some((field) => isPassword(field.name, entity))),
    ({ name }) => plainModel(name),
  ),
)

/** A field named `hash` and no more: of a file it is a checksum, of somebody who signs in a password. */
export function isChecksum(name: string, entity: Entity): boolean {
  return /^hash$/i.test(name) && !isOfAccounts(entity) && !entity.fields.some((field) => ofPeople.test(field.name))
}

const ofPeople = /^(e_?mail(_?address)?|user_?name|login|(\w+_?)?(salt|passw(or)?d|pwd)(_?hash)?)$/i

function isPassword(name: string, entity: Entity): boolean {
  return passwordField.test(name) && !isChecksum(name, entity)
}

function isOfAccounts({ name }: Entity): boolean {
  return isAccountModel(name.replace(/Schema$/, ''))
}

/** How many folders two paths have in common: a repository of several services has several models of one name. */
function sharedFolders(path: string, other: string): number {
  const folders = other.split('/')
  const end = path.split('/').findIndex((name, index) => name !== folders[index])
  return end < 0 ? folders.length : end
}

/** Whether what a query says of the fields it wants leaves one in. */
function isShown(name: string, query: Query): boolean {
  const named = new RegExp(String.raw`\b${name}\b`)
  return wanted(query).every((text) => {
    if (/^\s*['"`]\s*\+/.test(text) || /^\s*(['"`]\*?['"`])?\s*$/.test(text)) return true
    if (/^\W*-|:\s*(0|false)\b|exclude|omit/i.test(text)) return !named.test(text)
    return named.test(text)
  })
}

/** What a query says of the fields it wants: the arguments of `select`, the second one of Mongoose's `find`, options. */
function wanted(query: Query): string[] {
  const { file, call } = query
  const texts: string[] = []
  const top = unwrap(chainTop(call))
  for (let at: Node = top; at.type === 'CallExpression' && at.callee.type === 'MemberExpression';) {
    if (/^(select|project|projection|column|columns|returning|populate)$/.test(keyOf(at.callee) ?? ''))
      texts.push(...(keyOf(at.callee) === 'populate' ? [] : [argumentsOf(at, file.text)]))
    at = unwrap(at.callee.object)
  }
  const [first, second] = call.arguments
  const picks = second && /^find(One|ById)?$/.test(query.method) && /mongo/.test(query.client)
  if (
    picks &&
    (literalText(second) !== undefined || second.type === 'ArrayExpression' || isProjection(second, file.text))
  )
    texts.push(file.text.slice(second.start, second.end))
  for (const options of [first, second]) {
    if (options?.type !== 'ObjectExpression') continue
    for (const property of options.properties) {
      if (
        property.type === 'Property' &&
        /^(attributes|select|omit|projection|fields|columns)$/.test(keyOf(property) ?? '')
      )
        texts.push(
          file.text
            .slice(property.start, property.end)
            .replace(/^(attributes|select|projection|fields|columns)\s*:/, ''),
        )
    }
  }
  return texts
}

function isProjection(node: Node, text: string): boolean {
  return (
    node.type === 'ObjectExpression' &&
    /^\{\s*['"]?\w+['"]?\s*:\s*(0|1|true|false)\b/.test(text.slice(node.start, node.end))
  )
}

function argumentsOf(call: CallNode, text: string): string {
  const [first] = call.arguments
  return first ? text.slice(first.start, call.arguments.at(-1)?.end) : ''
}

function textOf({ call, file }: Query): string {
  const top = chainTop(call)
  return file.text.slice(top.start, top.end)
}

/** The secret columns of the table, where the project’s SQL makes it. */
function columnsOf(query: Query, codebase: Codebase): readonly string[] {
  const table = schemaOf(codebase, query)
  return table ? secretsOf(table).map(({ name }) => name) : ['password']
}

/** `SELECT * FROM users`. */
function readsPeople(query: Query): boolean {
  const text = query.sql ? sqlText(query.sql, query.file) : undefined
  return (
    text !== undefined &&
    /^\s*select\s+\*\s+from\s+["`[]?(users?|accounts?|customers?|members?|employees?|admins?)\b/i.test(text)
  )
}
