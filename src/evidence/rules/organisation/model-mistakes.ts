import type { Codebase } from '../../codebase.ts'
import { decoratorCall, decoratorName } from '../../facts/handlers.ts'
import {
  ancestor,
  contains,
  isFunction,
  keyOf,
  literalText,
  parameterName,
  pathOf,
  propertyOf,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import { once } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Match, Rule } from '../rule.ts'

export const modelMistakes: Rule = {
  id: 'model-mistakes',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A model says something else than was meant',
  why: 'The library takes what is written: an option it does not know is passed over, a value is computed once, a relation joins the wrong table.',
  effects: { safety: 'Wrong or missing data, found late.' },
  fix: {
    say: 'Write it as the library reads it.',
    code: {
      any: "const orders = new Schema({ orderedAt: { type: Date, default: Date.now } }, { timestamps: true })\n@Column('decimal', { precision: 12, scale: 2 }) price: string",
    },
  },
  sources: [
    'https://mongoosejs.com/docs/guide.html#options',
    'https://mongoosejs.com/docs/defaults.html#default-functions',
    'https://typeorm.io/docs/relations/many-to-one-one-to-many-relations',
    'https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT',
  ],
  *find(codebase) {
    yield* schemaMistakes(codebase)
    yield* relationMistakes(codebase)
    yield* moneyInFloats(codebase)
    yield* hashedAgain(codebase)
  },
}

const schemaOptions = new Set(
  (
    'autoCreate autoIndex autoSearchIndex bufferCommands bufferTimeoutMS capped collation collection collectionOptions discriminatorKey ' +
    'emitIndexErrors encryptionType excludeIndexes expireAfterSeconds expires id _id isTimeseriesCollection lean methods minimize ' +
    'noId noVirtualId optimisticConcurrency pluginTags query read readConcern readPreference safe selectPopulatedPaths shardKey ' +
    'skipVersion statics storeSubdocValidationError strict strictQuery supressReservedKeysWarning suppressReservedKeysWarning ' +
    'timeseries timestamps toJSON toObject typeKey typePojoToMixed useNestedStrict usePushEach validateBeforeSave validateModifiedOnly ' +
    'versionKey virtuals writeConcern w j wtimeout encryptedFields overwriteModels autoAttachIndexes _auto_incr'
  ).split(' '),
)

function* schemaMistakes(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^mongoose\.Schema$|^mongoose\.Schema\(\)$/)) {
    const [fields, options] = call.arguments
    if (fields?.type !== 'ObjectExpression') continue
    for (const property of options?.type === 'ObjectExpression' ? options.properties : []) {
      const name = property.type === 'Property' ? keyOf(property) : undefined
      if (name !== undefined && !schemaOptions.has(name))
        yield { file, node: property, message: `\`${name}\` is no option of a schema: Mongoose passes it over.` }
    }
    for (const property of file.properties) {
      if (!contains(fields, property)) continue
      const name = keyOf(property)
      if (
        name === 'unique' &&
        literalText(property.value) === 'true' &&
        ancestor(property, (at) => at.type === 'ArrayExpression', fields)
      )
        yield {
          file,
          node: property,
          message:
            '`unique` in a list makes an index over the whole collection: no two documents can hold the same value.',
        }
    }
  }
  for (const { node, file, options } of fieldsWithOptions(codebase)) {
    const value = propertyOf(options, 'default') ?? propertyOf(options, 'defaultValue')
    if (value && isComputedOnce(value))
      yield {
        file,
        node: value.parent ?? node,
        message: `\`${textOf(value, file, 30)}\` runs once, when the process starts: every row gets that value.`,
      }
  }
}

function* fieldsWithOptions(codebase: Codebase): Iterable<{ node: Node; file: SourceFile; options: Node }> {
  for (const entity of codebase.entities) {
    const file = codebase.sources.get(entity.file.path)
    if (file?.kind !== 'production') continue
    for (const { node, options } of entity.fields) {
      if (node && options) yield { node, file, options }
      if (node?.type !== 'PropertyDefinition') continue
      for (const decorator of node.decorators) {
        const last = decoratorCall(decorator)?.arguments.at(-1)
        if (last) yield { node, file, options: last }
      }
    }
  }
}

function isComputedOnce(value: Node): boolean {
  if (value.type === 'NewExpression') return pathOf(value.callee) === 'Date' && value.arguments.length === 0
  return (
    value.type === 'CallExpression' &&
    /^(Date\.now|Date|uuid|uuidv4|v4|nanoid|crypto\.randomUUID|randomUUID|Math\.random|moment)$/.test(
      pathOf(value.callee),
    )
  )
}

type Relation = {
  owner: string
  property: string
  target: string
  inverse?: string
  type?: string
  node: Node
  file: SourceFile
}

/** Relations that join the wrong table: their other side belongs to another entity, or their type is one. */
function* relationMistakes(codebase: Codebase): Iterable<Match> {
  const relations = codebase.production.flatMap(relationsIn)
  const names = Map.groupBy(
    codebase.entities.filter(({ kind }) => kind === 'typeorm'),
    ({ name }) => name,
  )
  const isEntity = (name: string | undefined) => name !== undefined && names.get(name)?.length === 1
  for (const relation of relations) {
    if (!isEntity(relation.owner) || !isEntity(relation.target)) continue
    const other = relations.find(({ owner, property }) => owner === relation.target && property === relation.inverse)
    if (other && other.target !== relation.owner && isEntity(other.target))
      yield {
        file: relation.file,
        node: relation.node,
        message: `The other side, \`${relation.target}.${relation.inverse}\`, belongs to \`${other.target}\`, not to \`${relation.owner}\`.`,
      }
    else if (relation.type !== undefined && relation.type !== relation.target && isEntity(relation.type))
      yield {
        file: relation.file,
        node: relation.node,
        message: `The relation is to \`${relation.target}\`, its type says \`${relation.type}\`.`,
      }
  }
}

const relationsIn = once((file: SourceFile): Relation[] =>
  file.decorators.flatMap((decorator) => {
    if (!/^(OneToMany|ManyToOne|OneToOne|ManyToMany)$/.test(decoratorName(decorator))) return []
    const property = decorator.parent
    const holder = property?.parent?.parent
    if (property?.type !== 'PropertyDefinition' || holder?.type !== 'ClassDeclaration') return []
    const [to, back] = decoratorCall(decorator)?.arguments ?? []
    const target = isFunction(to) && to.body?.type === 'Identifier' ? to.body.name : undefined
    const name = keyOf(property)
    if (target === undefined || name === undefined || !holder.id) return []
    const inverse = inverseOf(back)
    const type = typeNameOf(property)
    return [
      {
        owner: holder.id.name,
        property: name,
        target,
        node: decorator,
        file,
        ...(inverse === undefined ? {} : { inverse }),
        ...(type === undefined ? {} : { type }),
      },
    ]
  }),
)

function inverseOf(node: Node | undefined): string | undefined {
  if (isFunction(node)) return node.body?.type === 'MemberExpression' ? keyOf(node.body) : undefined
  return literalText(node)
}

function typeNameOf(property: Of<'PropertyDefinition'>): string | undefined {
  const annotation = property.typeAnnotation?.typeAnnotation
  const item = annotation?.type === 'TSArrayType' ? annotation.elementType : annotation
  return item?.type === 'TSTypeReference' && item.typeName.type === 'Identifier' && !item.typeArguments
    ? item.typeName.name
    : undefined
}

const money =
  /^(\w*_)?(unit_?|total_?|sub_?|sale_?|net_?|gross_?)?(price|amount|total|sub_?total|cost|balance|salary|fee|revenue|budget)s?$/i
const floating =
  /DataTypes?\.(FLOAT|DOUBLE|REAL)|Sequelize\.(FLOAT|DOUBLE|REAL)|@Column\(\s*(\{[^}]*type\s*:\s*)?['"](float|float[48]|double|double precision|real)['"]|^Float\b|\b(real|doublePrecision|double|float)\(/

/** Prices and amounts in binary floating point: cents get lost when they are added. */
function* moneyInFloats(codebase: Codebase): Iterable<Match> {
  for (const entity of codebase.entities) {
    const file = codebase.sources.get(entity.file.path) ?? entity.file
    if ('kind' in file && file.kind !== 'production') continue
    for (const field of entity.fields) {
      if (!money.test(field.name) || !floating.test(field.type)) continue
      yield {
        file,
        ...(field.node ? { node: field.node } : {}),
        ...(field.line === undefined ? {} : { line: field.line }),
        severity: 'low',
        message: `\`${field.name}\` is money in floating point, which cannot hold tenths: sums and comparisons are off by a cent.`,
      }
    }
  }
}

/** A hook before each save that hashes whatever is there: the hash of a hash after the second save. */
function* hashedAgain(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.methods('pre')) {
    const hook = call.arguments.at(-1)
    if (!isFunction(hook) || literalText(call.arguments[0]) !== 'save') continue
    const text = file.text.slice(hook.start, hook.end)
    const hash = /\bthis\.(password|passwd|pwd)\s*=\s*(await\s+)?[\w.]*hash(Sync)?\(/.exec(text)
    if (!hash || /isModified|isNew|modifiedPaths|isDirectModified|wasNew/.test(text)) continue
    const node = file.assignments.find(({ start }) => start >= hook.start + hash.index && start < hook.end)
    yield {
      file,
      node: node ?? hook,
      message: 'This hashes at each save, not only when the password changed: the second save hashes the hash.',
    }
  }
  for (const { call, file } of codebase.index.methods('beforeUpdate', 'beforeSave')) {
    const hook = call.arguments.at(-1)
    const model = isFunction(hook) ? parameterName(hook.params[0])?.name : undefined
    if (!isFunction(hook) || model === undefined) continue
    const text = file.text.slice(hook.start, hook.end)
    if (
      new RegExp(String.raw`\b${model}\.password\s*=\s*(await\s+)?[\w.]*hash(Sync)?\(`).test(text) &&
      !/changed\(|previous\(|isNewRecord/.test(text)
    )
      yield {
        file,
        node: call,
        message: 'This hashes at each save, not only when the password changed: the second save hashes the hash.',
      }
  }
}
