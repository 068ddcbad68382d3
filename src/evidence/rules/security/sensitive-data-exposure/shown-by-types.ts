import type { Codebase } from '../../../codebase.ts'
import { isAccountModel, passwordField } from '../../../facts/entities.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { keyOf, type ClassNode } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** GraphQL types of people with fields for what only the service should know: whoever may ask for them gets it. */
export function* shownByTypes({ production, texts }: Codebase): Iterable<Match> {
  const written = production.flatMap(typesIn)
  yield* written
  if (written.length > 0) return
  // The schema of a project that has no such classes is written by hand.
  for (const [path, text] of texts) if (isSchema(path)) yield* inSchema(text, path, text)
  for (const file of production) yield* inTemplates(file)
}

/** Not the copy that a client or a test has. */
function isSchema(path: string): boolean {
  return (
    /\.(graphqls?|gql)$/.test(path) &&
    !/(^|\/)(\w*client|frontend|web|mobile|generated|__\w+__|\w*tests?|mocks?|examples?)\//i.test(path)
  )
}

const secret =
  /^(otp(_?code)?|(password_?)?salt|(\w+_?)?(reset|verif\w*|confirm\w*|activation|email|password)_?token|(two_?factor|mfa|totp)\w*secret)$/i

function isSecret(name: string): boolean {
  return passwordField.test(name) || secret.test(name)
}

const typesIn = atOnce((file: SourceFile): readonly Match[] =>
  /@ObjectType\b/.test(file.text) ? file.classes.flatMap((node) => fieldsOf(node, file)) : [],
)

function fieldsOf(node: ClassNode, file: SourceFile): Match[] {
  const type = node.id?.name ?? ''
  if (!isPerson(type) || !decoratorsOf(node).some((decorator) => decoratorName(decorator) === 'ObjectType')) return []
  return node.body.body.flatMap((member) => {
    const names = decoratorsOf(member).map(decoratorName)
    const field = keyOf(member) ?? ''
    if (!names.includes('Field') || names.some((name) => guarding.test(name)) || !isSecret(field)) return []
    return member.type === 'PropertyDefinition'
      ? [{ ...told(type, field), file, node: member, line: lineOf(member.key, file) }]
      : []
  })
}

const guarding = /^(Hide|Exclude|Authorized|UseMiddleware|Directive|Extensions|Auth)/

function isPerson(type: string): boolean {
  return isAccountModel(type.replace(/(Type|Entity|Object|Model|GQL)$/i, ''))
}

function* inTemplates(file: SourceFile): Iterable<Match> {
  for (const { start, end } of file.templates) {
    const text = file.text.slice(start, end)
    yield* inSchema(text, file.path, file.text, start)
  }
}

/** `type User { password: String }`. */
function* inSchema(part: string, path: string, text: string, from = 0): Iterable<Match> {
  for (const { index, 1: type = '', 2: body = '' } of part.matchAll(
    /(?:^|`)\s*(?:extend\s+)?type\s+(\w+)[^{}]*\{([^{}]*)\}/gm,
  )) {
    if (!isPerson(type)) continue
    const at = from + index + part.slice(index).indexOf('{') + 1
    for (const line of body.matchAll(/^[ \t]*(\w+)[ \t]*:[^@\n]*$/gm)) {
      const field = line[1] ?? ''
      const place = text.slice(0, at + line.index).split('\n').length
      if (isSecret(field)) yield { ...told(type, field), file: { path, text }, line: place, subject: field }
    }
  }
}

function told(type: string, field: string): Pick<Match, 'message' | 'severity' | 'words'> {
  return {
    ...(passwordField.test(field) ? {} : { severity: 'medium' as const }),
    words,
    message: `\`${type}\` has a field \`${field}\`: whoever may ask for a ${type} gets it too.`,
  }
}

const words: Words = {
  title: 'A GraphQL type shows what should stay inside',
  why: 'A field of a type is for everyone who may ask for it, in every query that leads there.',
  fix: {
    say: 'Take the field out of the type; what the service needs of it, it reads from the row.',
    code: { any: 'type User {\n  id: ID!\n  name: String!\n}', NestJS: '@HideField()\nemailToken: string' },
  },
}
