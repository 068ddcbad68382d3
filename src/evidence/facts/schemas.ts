import { keyOf, literalText, parameterName, propertyOf, unwrap, type CallNode, type Node } from '../parse/ast.ts'
import { once, onceFor } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName } from './handlers.ts'
import type { Meaning, Meanings } from './meaning.ts'
import { constantText } from './written-values.ts'

/** A Mongoose model of which it is written in one place which fields it has; those that Mongoose keeps are among them. */
export type ClosedSchema = { name: string; fields: ReadonlySet<string> }

/** The schema of the model an expression stands for; undefined where plugins or options may add fields to it. */
export function closedSchema(model: Node, file: SourceFile, meanings: Meanings): ClosedSchema | undefined {
  const injected = injectedClass(model, file, meanings)
  if (injected) return readClass(injected)
  const meaning = meanings.of(model, file)
  return meaning.kind === 'package' && meaning.name === 'mongoose.model()' && meaning.made
    ? readSchema(meaning.made)
    : undefined
}

type ClassMeaning = Extract<Meaning, { kind: 'class' }>

/** The class of `@InjectModel(User.name) private users: Model<User>` that `this.users` stands for. */
function injectedClass(model: Node, file: SourceFile, meanings: Meanings): ClassMeaning | undefined {
  if (model.type !== 'MemberExpression' || model.object.type !== 'ThisExpression') return undefined
  const given = injections(file).get(keyOf(model) ?? '')
  const meaning = given && meanings.of(given, file)
  return meaning?.kind === 'class' ? meaning : undefined
}

/** What the models that are injected into the classes of a file are named by. */
const injections = once((file: SourceFile): ReadonlyMap<string, Node> => {
  const found = new Map<string, Node>()
  for (const decorator of file.decorators) {
    const holder = decorator.parent
    const named = decoratorName(decorator) === 'InjectModel' ? decoratorCall(decorator)?.arguments[0] : undefined
    if (holder?.type !== 'TSParameterProperty' || named?.type !== 'MemberExpression') continue
    found.set(parameterName(holder)?.name ?? '', named.object)
  }
  return found
})

const readClass = onceFor(({ node, file }: ClassMeaning): ClosedSchema | undefined => {
  if (node.superClass || addsFields(file)) return undefined
  const made = node.decorators.find((decorator) => decoratorName(decorator) === 'Schema')
  const names = node.body.body.flatMap((member) => (member.type === 'PropertyDefinition' ? (keyOf(member) ?? []) : []))
  const timestamps = timestampsOf(propertyOf(made && decoratorCall(made)?.arguments[0], 'timestamps'))
  return made && names.length > 0
    ? { name: node.id?.name ?? '', fields: new Set([...names, ...kept, ...timestamps]) }
    : undefined
})

type Made = { node: CallNode; file: SourceFile }

const readSchema = onceFor(({ node, file }: Made): ClosedSchema | undefined => {
  const [name, given] = node.arguments
  const schema = given && madeIn(given, file)
  const [fields, options] = schema?.arguments ?? []
  if (fields?.type !== 'ObjectExpression' || addsFields(file)) return undefined
  const names = fields.properties.map((property) => (property.type === 'Property' ? keyOf(property) : undefined))
  if (!names.every((item) => item !== undefined)) return undefined
  return {
    name: (name && constantText(name, file)) ?? '',
    fields: new Set([...names.map(headOf), ...kept, ...timestampsOf(propertyOf(options, 'timestamps'))]),
  }
})

/** The `new Schema({ … })` of the same file that is given to a model. */
function madeIn(given: Node, file: SourceFile): CallNode | undefined {
  const inner = unwrap(given)
  if (inner.type === 'NewExpression' || inner.type === 'CallExpression') return inner
  const binding = inner.type === 'Identifier' ? lookUp(file.scopes, inner, inner.name) : undefined
  return binding?.init && binding.path.length === 0 && binding.init !== given ? madeIn(binding.init, file) : undefined
}

const addsFields = once((file: SourceFile) =>
  /\.(add|plugin|discriminator|loadClass|remove|set|alias)\(|\bstrict(Query)?\s*:|\balias\s*:/.test(file.text),
)

const kept = ['_id', '__v', '__t']

function timestampsOf(option: Node | undefined): string[] {
  if (!option || literalText(option) === 'false') return []
  const own =
    option.type === 'ObjectExpression'
      ? option.properties.flatMap((property) =>
          property.type === 'Property' ? (literalText(property.value) ?? []) : [],
        )
      : []
  return ['createdAt', 'updatedAt', ...own]
}

/** The field of a document that a dotted path starts with. */
export function headOf(path: string): string {
  return path.split('.', 1)[0] ?? path
}
