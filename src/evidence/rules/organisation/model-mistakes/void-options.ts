import type { Codebase } from '../../../codebase.ts'
import { keyOf, pathOf, propertyOf, type Node, type Of } from '../../../parse/ast.ts'
import { once } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { bySentence } from '../../matches.ts'
import type { Match } from '../../rule.ts'

/** Options of fields that are written in another way, or that fields of that type do not have: nothing is checked. */
export function* voidOptions({ entities, sources }: Codebase): Iterable<Match> {
  const files = new Set(
    entities.flatMap(({ kind, file }) => (/^(mongoose|sequelize)$/.test(kind) ? (sources.get(file.path) ?? []) : [])),
  )
  yield* bySentence([...files].flatMap((file) => (file.kind === 'production' ? voidIn(file) : [])))
}

const voidIn = once((file: SourceFile): Match[] =>
  file.properties.flatMap((option) => {
    const options = option.parent
    const name = keyOf(option)
    if (options?.type !== 'ObjectExpression' || name === undefined || option.value === options) return []
    const type = typeOf(options)
    const message = type === undefined ? undefined : mistakeOf(name, type, option)
    return message === undefined ? [] : [{ file, node: option, message }]
  }),
)

type FieldType = { name: string; isSequelize: boolean }

/** The type that the options of a field name. */
function typeOf(options: Node): FieldType | undefined {
  const type = propertyOf(options, 'type')
  const path = type ? pathOf(type) : ''
  const name = path.split('.').at(-1)?.replace(/\(\)$/, '') ?? ''
  if (/^(DataTypes|Sequelize|Type|DataType)\.[A-Z]+(\(\))?$/.test(path)) return { name, isSequelize: true }
  return /^(String|Number|Boolean|Date|(mongoose\.)?(Schema\.)?(Types\.)?ObjectId|Buffer|Map)$/.test(path)
    ? { name, isSequelize: false }
    : undefined
}

function mistakeOf(option: string, { name, isSequelize }: FieldType, node: Of<'Property'>): string | undefined {
  const meant = isSequelize ? ofSequelize[option] : ofMongoose[option]
  if (meant !== undefined && !/^(false|null)$/.test(pathOrText(node.value)))
    return `\`${option}\` is no option of a field and does nothing: \`${meant}\` was meant.`
  return !isSequelize && without[name]?.test(option)
    ? `\`${option}\` does nothing for a ${name}: no value is refused by it.`
    : undefined
}

function pathOrText(value: Node): string {
  return value.type === 'Literal' ? String(value.value) : pathOf(value)
}

const ofMongoose: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['require', 'requires', 'requried', 'requred', 'reqired', 'requird', 'requiered', 'isRequired'].map((name) => [
      name,
      'required',
    ]),
  ),
  ...Object.fromEntries(['uniqe', 'unqiue', 'uniq', 'unique_', 'isUnique'].map((name) => [name, 'unique'])),
  ...Object.fromEntries(['defualt', 'deafult', 'defalut', 'defaultValue'].map((name) => [name, 'default'])),
  allowNull: 'required',
  lowerCase: 'lowercase',
  upperCase: 'uppercase',
  maxlenght: 'maxlength',
  minlenght: 'minlength',
}

const ofSequelize: Readonly<Record<string, string>> = {
  required: 'allowNull: false',
  require: 'allowNull: false',
  default: 'defaultValue',
  alowNull: 'allowNull',
  allownull: 'allowNull',
  uniqe: 'unique',
}

/** What a type has no use for. */
const without: Readonly<Record<string, RegExp>> = {
  Number: /^((min|max)[lL]ength|match)$/,
  String: /^(min|max)$/,
  Boolean: /^((min|max)([lL]ength)?|match)$/,
  Date: /^((min|max)[lL]ength|match)$/,
}
