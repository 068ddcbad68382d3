import type { Codebase } from '../codebase.ts'
import type { Entity } from '../facts/entities.ts'
import { lowestVersion } from '../facts/versions.ts'

/** The library that a project checks input with, and how it says what a field is. */
export type ShapeWords = {
  from: string
  name: string
  /** Loaded as a whole, not by its name. */
  whole: boolean
  object: (fields: string) => string
  field: (kind: Kind, how: { required: boolean; part: string }) => string
  check: (shape: string, input: string) => string
  failed: string
  value: string
}

export type Kind = 'text' | 'email' | 'password' | 'number' | 'boolean' | 'date' | 'list'

/** zod, unless the project has Joi and not zod. */
export function shapeWordsOf({ project, production }: Codebase): ShapeWords {
  const versionOf = (name: string) => {
    const found = project.dependencies.find((item) => item.name === name && !item.dev)
    return found && (found.installed ?? lowestVersion(found.range) ?? '99')
  }
  const joi = ['joi', '@hapi/joi'].find((name) => versionOf(name) !== undefined)
  if (joi !== undefined && versionOf('zod') === undefined) return inJoi(joi)
  const isOld = Number.parseInt(versionOf('zod') ?? '4', 10) < 4
  // What a form sends is text.
  return inZod(
    isOld,
    production.some(({ text }) => /\burlencoded\(|\bmulter\(/.test(text)),
  )
}

function inZod(isOld: boolean, takesForms: boolean): ShapeWords {
  const number = takesForms ? 'z.coerce.number()' : 'z.number()'
  const kinds: Readonly<Record<Kind, string>> = {
    text: 'z.string().max(500)',
    email: isOld ? 'z.string().email()' : 'z.email()',
    password: 'z.string().min(1).max(128)',
    number,
    boolean: takesForms ? "z.union([z.boolean(), z.enum(['true', 'false'])])" : 'z.boolean()',
    date: 'z.coerce.date()',
    list: 'z.array(z.unknown()).max(100)',
  }
  // In an address everything is text, which the code goes on to read.
  const inQuery: Partial<Record<Kind, string>> = {
    number: 'z.coerce.number()',
    boolean: "z.enum(['true', 'false'])",
    date: 'z.string().max(40)',
  }
  return {
    from: 'zod',
    name: 'z',
    whole: false,
    object: (fields) => `z.object({${fields}})`,
    field: (kind, { required, part }) => {
      if (part === 'query') return `${inQuery[kind] ?? kinds[kind]}.optional()`
      return required ? kinds[kind] : `${kinds[kind]}.nullish()`
    },
    check: (shape, input) => `${shape}.safeParse(${input})`,
    failed: '!input.success',
    value: 'input.data',
  }
}

function inJoi(from: string): ShapeWords {
  const kinds: Readonly<Record<Kind, string>> = {
    text: 'Joi.string().max(500)',
    email: 'Joi.string().email()',
    password: 'Joi.string().max(128)',
    number: 'Joi.number()',
    boolean: 'Joi.boolean()',
    date: 'Joi.date()',
    list: 'Joi.array().max(100)',
  }
  return {
    from,
    name: 'Joi',
    whole: true,
    object: (fields) => `Joi.object({${fields}})`,
    field: (kind, { required }) => `${kinds[kind]}${required ? '.required()' : ".allow('', null)"}`,
    check: (shape, input) => `${shape}.validate(${input}, { stripUnknown: true })`,
    failed: 'input.error',
    value: 'input.value',
  }
}

/** What a field is by the models, which have to agree, or else by a name that leaves no doubt. */
export function kindOf(name: string, entities: readonly Entity[]): Kind | undefined {
  const kinds = entities
    .flatMap(({ fields }) => fields.filter((field) => field.name === name))
    .map(({ type }) => byModel(type))
  const first = byName(name) ?? kinds[0]
  return kinds.every((kind) => kind === first || byName(name) !== undefined) ? first : undefined
}

function byName(name: string): Kind | undefined {
  if (/^e?_?mail$/i.test(name)) return 'email'
  if (/^passw(or)?d$/i.test(name)) return 'password'
  if (/^(is|has)[A-Z]/.test(name)) return 'boolean'
  const words = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  if (/(^|_)(price|amount|qty|quantity|limit|balance)$/.test(words)) return 'number'
  return /(^|_)(name|username|title|description|message|comment|slug|token)$/.test(words) ? 'text' : undefined
}

/** By the type that a model gives a field: of Mongoose, Sequelize, TypeORM or Prisma. */
function byModel(written: string): Kind | undefined {
  const type = /\btype\s*:\s*([\s\S]*)/.exec(written)?.[1] ?? written
  if (type.startsWith('{')) return undefined
  if (/^\s*\[|\bArray\b|\[\]$/.test(type)) return 'list'
  if (/\b(Number|INTEGER|FLOAT|DECIMAL|DOUBLE|Int|Float|Decimal|number)\b/.test(type)) return 'number'
  if (/\b(Boolean|BOOLEAN|boolean)\b/.test(type)) return 'boolean'
  if (/\b(Date|DATE|DateTime)\b/.test(type)) return 'date'
  return /\b(String|STRING|TEXT|string|ObjectId|UUID)\b/.test(type) ? 'text' : undefined
}

/** A field without which the model stores no row. */
export function isRequired(name: string, entities: readonly Entity[]): boolean {
  const fields = entities.flatMap((entity) => entity.fields.filter((field) => field.name === name))
  return (
    fields.length > 0 &&
    fields.every(({ type }) => /required\s*:\s*(\[\s*)?true|allowNull\s*:\s*false/.test(type) && !/default/i.test(type))
  )
}
