import type { Codebase } from '../../../codebase.ts'
import { decoratorCall } from '../../../facts/handlers.ts'
import { ancestor, contains, keyOf, literalText, pathOf, propertyOf, type Node } from '../../../parse/ast.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import { lineOf, textOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** Options that Mongoose does not know, unique lists, and defaults that are computed once. */
export function* schemaMistakes(codebase: Codebase): Iterable<Match> {
  for (const { call, file } of codebase.index.named(/^mongoose\.Schema$|^mongoose\.Schema\(\)$/)) {
    const [fields, options] = call.arguments
    if (fields?.type !== 'ObjectExpression') continue
    for (const property of options?.type === 'ObjectExpression' ? options.properties : []) {
      const name = property.type === 'Property' ? keyOf(property) : undefined
      // A text is a note for readers, which loses nothing when it is passed over.
      if (name !== undefined && !schemaOptions.has(name) && !/^(description|comment|title|notes?)$/.test(name))
        yield { file, node: property, message: `\`${name}\` is no option of a schema: Mongoose passes it over.` }
    }
    for (const property of file.properties) {
      if (!contains(fields, property)) continue
      const name = keyOf(property)
      if (
        name === 'unique' &&
        literalText(property.value) === 'true' &&
        ancestor(property, (at) => at.type === 'ArrayExpression', fields) &&
        !uniqueByNature.test(fieldAround(property))
      )
        yield {
          file,
          node: property,
          words: uniqueInList,
          message:
            '`unique` in a list makes an index over the whole collection: no two documents can hold the same value.',
        }
    }
  }
  for (const defaults of Map.groupBy(fixedDefaults(codebase), ({ file }) => file).values()) yield* bySentence(defaults)
}

const uniqueInList: Words = {
  fix: {
    say: 'Take `unique` out, and add only what is not in the list yet.',
    code: { any: 'await Post.updateOne({ _id: id }, { $addToSet: { tags: tag } })' },
  },
}

/** No two of those are alike anywhere. */
const uniqueByNature = /key|token|hash|secret|uuid|serial/i

/** The name of the field an option is given for. */
function fieldAround(option: Node): string {
  const field = option.parent?.parent
  return field?.type === 'Property' ? (keyOf(field) ?? '') : ''
}

const computedOnce: Words = {
  title: 'A default is computed once',
  why: 'The value is computed when the schema is made, not when a row is: until the next restart all rows get the same.',
  fix: {
    say: 'Give the function, not its result.',
    code: {
      TypeORM: "@Column({ type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })\norderedAt: Date",
      Sequelize: 'orderedAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW }',
      any: 'orderedAt: { type: Date, default: Date.now }',
    },
  },
}

function* fixedDefaults(codebase: Codebase): Iterable<Match> {
  for (const { node, file, options } of fieldsWithOptions(codebase)) {
    const value = propertyOf(options, 'default') ?? propertyOf(options, 'defaultValue')
    if (!value || !isComputedOnce(value)) continue
    const place = value.parent ?? node
    const message = `\`${textOf(value, file, 30)}\` runs once, when the process starts: every row gets that value.`
    yield { file, node: place, line: lineOf(place, file), words: computedOnce, message }
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
