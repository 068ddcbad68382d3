import { keyOf, literalText, pathOf, type Node } from '../parse/ast.ts'
import { atOnce, once } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorName, decoratorsOf } from './handlers.ts'
import type { CallIndex } from './call-index.ts'
import type { Meanings } from './meaning.ts'
import { prismaModels } from './prisma-schema.ts'

type Field = {
  name: string
  /** Where it is written: a node of code, or the line of a schema file. */
  node?: Node
  line?: number
  options?: Node
  indexed: boolean
  /** No two rows have the same value in it. */
  unique: boolean
  hidden: boolean
  type: string
  /** It refers to a row of another table. */
  foreignKey?: true
  /** It is no value of the row but rows of another model, which come where they are asked for. */
  relation?: true
}

/** A model, with the fields its definition names and the text of its indexes. */
export type Entity = {
  name: string
  kind: 'mongoose' | 'sequelize' | 'typeorm' | 'drizzle' | 'prisma' | 'sql'
  file: { path: string; text: string }
  node?: Node
  fields: readonly Field[]
  indexes: string
}

export type Inputs = {
  files: readonly SourceFile[]
  texts: ReadonlyMap<string, string>
  index: CallIndex
  meanings: Meanings
}

/** Models: Mongoose schemas, Sequelize models, TypeORM entities, Drizzle tables and Prisma’s schema files. */
export function readEntities({ files, texts, index, meanings }: Inputs): Entity[] {
  const schemas = index
    .named(/^mongoose\.Schema$|^mongoose\.Schema\(\)$/)
    .flatMap(({ call, file }) =>
      fromObject(call.arguments[0], call, file, 'mongoose', namedModel(call, file)).map((entity) =>
        withNamedFields(entity, file, meanings),
      ),
    )
  const defined = index
    .methods('define')
    .flatMap(({ call, file }) => fromObject(call.arguments[1], call, file, 'sequelize', literalText(call.arguments[0])))
  const initialised = index
    .methods('init')
    .flatMap(({ call, file }) =>
      /sequelize/i.test(file.text)
        ? fromObject(call.arguments[0], call, file, 'sequelize', pathOf(call.callee).split('.')[0])
        : [],
    )
  const tables = index
    .named(/^drizzle-orm\.(pg|mysql|sqlite|singlestore)-core\.\w*[tT]able\w*$/)
    .flatMap(({ call, file, name }) => drizzleTable(call, file, /mysql|singlestore/.test(name)))
  return [...schemas, ...defined, ...initialised, ...tables, ...files.flatMap(entityClasses), ...prismaModels(texts)]
}

function fromObject(
  node: Node | undefined,
  call: Node,
  file: SourceFile,
  kind: Entity['kind'],
  name?: string,
): Entity[] {
  if (node?.type !== 'ObjectExpression') return []
  const fields = node.properties.flatMap((property): Field[] => {
    if (property.type !== 'Property') return []
    const key = keyOf(property)
    if (key === undefined) return []
    const options = property.value
    const text = file.text.slice(options.start, options.end)
    return [
      {
        name: key,
        node: property,
        options,
        ...saidOf(text),
      },
    ]
  })
  const indexes =
    [...file.text.matchAll(/\.index\(\s*\{([^}]*)\}/g)].map((match) => match[1]).join(' ') +
    [...file.text.matchAll(/indexes\s*:\s*\[([\s\S]*?)\]\s*[,}]/g)].map((match) => match[1]).join(' ')
  return [{ name: name ?? modelNamed(holder(call), file), kind, file, node: call, fields, indexes }]
}

/** Fields whose options stand elsewhere under a name: `email: shared.email`; what is not found may be indexed there. */
function withNamedFields(entity: Entity, file: SourceFile, meanings: Meanings): Entity {
  const fields = entity.fields.map((field) => {
    const { options } = field
    if (!options || !/^(Identifier|MemberExpression)$/.test(options.type)) return field
    const meaning = meanings.of(options, file)
    if (meaning.kind === 'value' && meaning.node.type === 'ObjectExpression')
      return { ...field, ...saidOf(meaning.file.text.slice(meaning.node.start, meaning.node.end)) }
    const [root = ''] = pathOf(options).split('.')
    const isElsewhere = meaning.kind === 'unknown' && lookUp(file.scopes, options, root) !== undefined
    return isElsewhere ? { ...field, indexed: true } : field
  })
  return { ...entity, fields }
}

function saidOf(text: string): Pick<Field, 'indexed' | 'unique' | 'hidden' | 'type'> {
  return {
    indexed: /unique|index|primaryKey/.test(text),
    unique: /unique(?!\s*:\s*false)|primaryKey/.test(text),
    hidden: /select\s*:\s*false|private\s*:\s*true/.test(text),
    type: text.slice(0, 80),
  }
}

/** `const schema = new Schema({ … })`, told apart by the model it is given to: `model('User', schema)`. */
function modelNamed(name: string, file: SourceFile): string {
  if (!/^_?schema$/i.test(name)) return name
  const models = file.calls.filter(
    ({ callee, arguments: [, schema] }) =>
      keyOf(callee) === 'model' && schema?.type === 'Identifier' && schema.name === name,
  )
  return literalText(models[0]?.arguments[0]) ?? name
}

/** `mongoose.model('User', schema)`, where the schema goes by a name that says nothing. */
function namedModel(schema: Node, file: SourceFile): string | undefined {
  const name = holder(schema)
  if (!/^(new)?_?schema$/i.test(name)) return undefined
  const made = file.calls.find(
    ({ callee, arguments: [, given] }) => keyOf(callee) === 'model' && given && pathOf(given) === name,
  )
  return literalText(made?.arguments[0])
}

/** MySQL makes an index for each foreign key by itself; PostgreSQL and SQLite do not. */
function drizzleTable(call: Node & { arguments: Node[] }, file: SourceFile, indexesKeys: boolean): Entity[] {
  const name = holder(call)
  const extra = call.arguments[2]
  const indexes = extra ? file.text.slice(extra.start, extra.end) : ''
  return fromObject(call.arguments[1], call, file, 'drizzle', name).map((entity) => ({
    ...entity,
    indexes,
    fields: entity.fields.map((field) => {
      const text = field.options ? file.text.slice(field.options.start, field.options.end) : ''
      return text.includes('.references(') && !indexesKeys ? { ...field, foreignKey: true } : field
    }),
  }))
}

function holder(call: Node): string {
  const parent = call.parent
  if (parent?.type === 'VariableDeclarator' || parent?.type === 'AssignmentExpression')
    return pathOf(parent.type === 'VariableDeclarator' ? parent.id : parent.left)
  // `mongoose.model('Note', new Schema({ … }))` names it in the call around.
  if (parent?.type === 'CallExpression') return literalText(parent.arguments[0]) ?? ''
  return ''
}

const entityClasses = atOnce(readClasses)

function readClasses(file: SourceFile): Entity[] {
  return file.classes.flatMap((node) => {
    const entity = node.decorators.find((decorator) => /^(Entity|Schema|Table)$/.test(decoratorName(decorator)))
    if (!entity) return []
    const fields = node.body.body.flatMap((member): Field[] => {
      if (member.type !== 'PropertyDefinition') return []
      const name = keyOf(member)
      const text = file.text.slice(member.start, member.end)
      if (name === undefined || decoratorsOf(member).length === 0) return []
      return [
        {
          name,
          node: member,
          indexed: /@Index|@Primary|unique\s*:\s*true|index\s*:\s*true|@Unique/.test(text),
          unique: /@Primary|unique\s*:\s*true|@Unique|@OneToOne/.test(text),
          hidden: /select\s*:\s*false|@Exclude|@HideField/.test(text),
          type: text.slice(0, 120),
          ...(/@ManyToOne\(/.test(text) && isTypeOrm(file) ? { foreignKey: true as const } : {}),
        },
      ]
    })
    const kind =
      decoratorName(entity) === 'Entity' ? 'typeorm' : decoratorName(entity) === 'Schema' ? 'mongoose' : 'sequelize'
    const indexes = node.decorators.map((decorator) => file.text.slice(decorator.start, decorator.end)).join(' ')
    return [{ name: node.id?.name ?? '', kind, file, node, fields, indexes }]
  })
}

const isTypeOrm = once((file: SourceFile) => file.imports.some(({ source }) => source.value === 'typeorm'))

/** Whether a model's name is one of people with accounts. */
export function isAccountModel(name: string | undefined): boolean {
  return (
    name !== undefined &&
    /^(db\.)?_?(users?|accounts?|members?|customers?|admins?|employees?|people|person)(s|Model|Repository|Repo|Schema|Entity|Service|Col|Collection)?$/i.test(
      name,
    )
  )
}

/** Names of fields that hold a password or its hash, also in Portuguese, Spanish, French and German. */
export const passwordField =
  /^((hashed|encrypted|encoded)_?)?(password|passwd|pwd|pass|senha|contrase(n|ñ|ni)a|mot_?de_?passe|passwort)(_?(hash|digest))?$|^hash(_?pass\w*)?$/i
