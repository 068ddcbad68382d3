import { ancestor, isClass, keyOf, parameterName, pathOf, unwrap, type ClassNode, type Node } from '../parse/ast.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'

/** The name of the class whose rows a repository or model holds, as its type says: `Repository<User>` gives `User`. */
export function rowTypeOf(receiver: Node, file: SourceFile, meanings: Meanings): string | undefined {
  const inner = unwrap(receiver)
  const meaning = meanings.of(inner, file)
  if (meaning.kind === 'instance' && isClass(meaning.of))
    return keepsRows.test(nameOfSuper(meaning.of)) ? firstType(meaning.of.superTypeArguments) : undefined
  if (inner.type !== 'MemberExpression' || inner.object.type !== 'ThisExpression') return undefined
  const holder = ancestor(inner, isClass)
  const type = isClass(holder) ? annotationOf(holder, keyOf(inner)) : undefined
  return type?.type === 'TSTypeReference' ? firstType(type.typeArguments) : undefined
}

const keepsRows = /(Repository|Repo|Dao|DAO|Store|Model|Service|Collection)$/

/** What a class extends, when its rows are of another class: a model of Sequelize is its own row. */
function nameOfSuper({ superClass }: ClassNode): string {
  const name = superClass ? pathOf(superClass).replace(/\(\)$/, '') : ''
  return name === 'Model' ? '' : name
}

function firstType(given: { params: readonly Node[] } | null | undefined): string | undefined {
  const [first] = given?.params ?? []
  if (first?.type !== 'TSTypeReference' || first.typeName.type !== 'Identifier') return undefined
  return first.typeName.name.replace(/Document$/, '')
}

/** The type a class gives its property, in its body or in its constructor. */
function annotationOf(holder: ClassNode, name: string | undefined): Node | undefined {
  for (const item of holder.body.body) {
    if (item.type === 'PropertyDefinition' && keyOf(item) === name) return item.typeAnnotation?.typeAnnotation
    if (item.type !== 'MethodDefinition' || item.kind !== 'constructor') continue
    for (const parameter of item.value.params) {
      const found = parameter.type === 'TSParameterProperty' ? parameterName(parameter) : undefined
      if (found?.name === name) return found?.typeAnnotation?.typeAnnotation
    }
  }
  return undefined
}
