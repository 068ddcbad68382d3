import { append } from '../../lib/append.ts'
import {
  ancestor,
  isClass,
  isFunction,
  keyOf,
  unwrap,
  type ClassNode,
  type FunctionNode,
  type Node,
} from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

type Target = { node: FunctionNode; file: SourceFile }
type Implementation = { node: ClassNode; file: SourceFile }

/** The method that is run for one of an abstract class or an interface, where one class of the project has it. */
export type Implementations = (type: string, method: string) => Target | undefined

/** Stand-ins for tests and trials are not counted. */
export function implementationsOf(files: readonly SourceFile[]): Implementations {
  const classes = new Map<string, Implementation[]>()
  for (const file of files) {
    if (standIns.test(file.path)) continue
    for (const { name, node } of promisedIn(file)) append(classes, name, { node, file })
  }
  return (type, method) => {
    const found = (classes.get(type) ?? []).flatMap(({ node, file }) => {
      const own = methodOf(node, method)
      return own ? [{ node: own, file }] : []
    })
    return found.length === 1 ? found[0] : undefined
  }
}

const standIns = /in-?memory|(^|[/._-])(fake|mock|stub|dummy|null|noop|test)s?(?=[/._-])|\.(spec|test)\./i

/** The types that classes of a file extend or implement. */
const promisedIn = atOnce((file: SourceFile) =>
  file.classes.flatMap((node) => [
    ...(node.superClass?.type === 'Identifier' ? [{ name: node.superClass.name, node }] : []),
    ...(node.implements ?? []).flatMap(({ expression }) =>
      expression.type === 'Identifier' ? [{ name: expression.name, node }] : [],
    ),
  ]),
)

function methodOf(node: ClassNode, name: string): FunctionNode | undefined {
  for (const item of node.body.body) {
    if ('static' in item && item.static) continue
    if (item.type !== 'MethodDefinition' && item.type !== 'PropertyDefinition') continue
    if (keyOf(item) === name && isFunction(item.value) && item.value.body) return item.value
  }
  return undefined
}

/** The name of the type that a field of the class around, a parameter or a variable is declared with. */
export function declaredTypeOf(node: Node, file: SourceFile): string | undefined {
  const object = unwrap(node)
  if (object.type === 'Identifier') return nameOfType(lookUp(file.scopes, object, object.name)?.annotation)
  if (object.type !== 'MemberExpression' || object.object.type !== 'ThisExpression') return undefined
  const [key, holder] = [keyOf(object), ancestor(object, isClass)]
  return key !== undefined && isClass(holder) ? fieldTypes(file).get(`${holder.start} ${key}`) : undefined
}

/** The types of fields and of constructor parameters that are fields, by where the class starts and their names. */
const fieldTypes = atOnce((file: SourceFile): ReadonlyMap<string, string> => {
  const types = new Map<string, string>()
  for (const holder of file.classes) {
    for (const [name, type] of typedFields(holder)) types.set(`${holder.start} ${name}`, type)
  }
  return types
})

function typedFields({ body }: ClassNode): [string, string][] {
  return body.body.flatMap((item): [string, string][] => {
    if (item.type === 'PropertyDefinition') return typed(keyOf(item), item.typeAnnotation)
    if (item.type !== 'MethodDefinition' || item.kind !== 'constructor') return []
    return item.value.params.flatMap((parameter) => {
      if (parameter.type !== 'TSParameterProperty' || parameter.parameter.type !== 'Identifier') return []
      return typed(parameter.parameter.name, parameter.parameter.typeAnnotation)
    })
  })
}

function typed(name: string | undefined, annotation: Node | null | undefined): [string, string][] {
  const type = nameOfType(annotation ?? undefined)
  return name === undefined || type === undefined ? [] : [[name, type]]
}

function nameOfType(annotation: Node | undefined): string | undefined {
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : annotation
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : undefined
}
