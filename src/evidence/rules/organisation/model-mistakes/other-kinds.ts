import type { Codebase } from '../../../codebase.ts'
import type { Entity } from '../../../facts/entities.ts'
import { decoratorCall, decoratorName } from '../../../facts/handlers.ts'
import { keyOf, type ClassNode, type Node, type Of } from '../../../parse/ast.ts'
import { once, says } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { lineOf } from '../../places.ts'
import { inWords } from '../../matches.ts'
import type { Match, Words } from '../../rule.ts'

/** Fields of another kind than their name or their type says: one finding for each model. */
export function* otherKinds(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) yield* kept(entity, codebase)
  const drivers = new Set(codebase.project.dependencies.map(({ name }) => name))
  if (!drivers.has('typeorm') || !(drivers.has('pg') || drivers.has('mysql2') || drivers.has('mysql'))) return
  for (const file of codebase.production)
    yield* inWords(
      asNumber,
      told(numberColumns(file), file, 'of a decimal column: the driver gives a text, not a number, and `+` joins it.'),
    )
}

const moments = /^(?!.*(birth|dob))(\w*[a-z]Date|\w+_date|date|\w*[a-z]At|\w+_at|timestamp)$/
const amounts = /^(price|amount|total|quantity|stock|balance|salary|cost|total_?price|total_?amount)$/i
const text = /^(\{\s*type\s*:\s*)?(String|DataTypes\.(STRING|TEXT)|Sequelize\.(STRING|TEXT)|STRING|TEXT)\b/

/** Dates and numbers that are kept as texts. */
function kept({ fields, file }: Entity, codebase: Codebase): Iterable<Match> {
  const source = codebase.sources.get(file.path)
  const writesIso = codebase.production.some(writesIsoTexts)
  const wrong = fields.flatMap(({ name, node, type }) =>
    node && ((moments.test(name) && !(writesIso && madeHere.test(name))) || amounts.test(name)) && text.test(type)
      ? [{ name, node }]
      : [],
  )
  return source?.kind === 'production'
    ? inWords(asText, told(wrong, source, 'kept as text, and so sorted and compared letter by letter.'))
    : []
}

/** Moments the service writes down itself, and no caller. */
const madeHere = /At$|_at$|^(created|updated|added|sent|attempt|expiration|last)/

/** Texts of that form are in the order of their times. */
const writesIsoTexts = says(/\.toISOString\(|\bformatISO\(/)

type Field = { name: string; node: Node }

function told(fields: readonly Field[], file: SourceFile, what: string): Match[] {
  const [first, ...rest] = fields
  if (!first) return []
  const names = fields.map(({ name }) => `\`${name}\``).join(', ')
  const also = rest.map(({ node }) => ({ path: file.path, line: lineOf(node, file) }))
  return [
    { file, node: first.node, severity: 'low', also, message: `${names} ${fields.length > 1 ? 'are' : 'is'} ${what}` },
  ]
}

/** `@Column('decimal') price: number`, with nothing that makes a number of it. */
const numberColumns = once((file: SourceFile) => file.classes.flatMap((node) => columnsOf(node, file)))

function columnsOf(node: ClassNode, file: SourceFile): Field[] {
  return node.body.body.flatMap((member) => {
    if (member.type !== 'PropertyDefinition' || !isNumber(member)) return []
    const column = member.decorators.find((decorator) => decoratorName(decorator) === 'Column')
    const call = column && decoratorCall(column)
    const written = call ? file.text.slice(call.start, call.end) : ''
    const isDecimal = /['"](decimal|numeric)['"]/.test(written) && !written.includes('transformer')
    return isDecimal ? [{ name: keyOf(member) ?? '', node: member }] : []
  })
}

function isNumber(member: Of<'PropertyDefinition'>): boolean {
  return member.typeAnnotation?.typeAnnotation.type === 'TSNumberKeyword'
}

const asText: Words = {
  title: 'A date or a number is kept as text',
  fix: {
    say: 'Give the field the type of what it holds; what is stored already needs a migration.',
    code: {
      Prisma: 'orderedAt DateTime @default(now())',
      TypeORM: "@Column({ type: 'timestamptz' })\norderedAt: Date",
      Sequelize: 'orderedAt: { type: DataTypes.DATE, allowNull: false }',
      any: 'orderedAt: { type: Date, default: Date.now }',
    },
  },
}

const asNumber: Words = {
  title: 'A decimal column gives texts',
  fix: {
    say: 'Make a number of it where it is read, or say in the type that it is a text.',
    code: {
      any: "@Column('decimal', { precision: 12, scale: 2, transformer: { to: (value: number) => value, from: Number } })\nprice: number",
    },
  },
}
