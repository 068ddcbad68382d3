import { keyOf, parameterName, type ClassNode, type Node, type Of } from '../parse/ast.ts'
import { lookUp, type Binding } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { decoratorName, decoratorsOf, type Handler } from './handlers.ts'
import type { Meanings } from './meaning.ts'

/** The type a parameter is written with. */
export function annotationOf(parameter: Node): Node | undefined {
  const named = parameter.type === 'ObjectPattern' ? parameter : parameterName(parameter)
  return named?.typeAnnotation?.typeAnnotation
}

/** The fields a class declares itself. */
export function fieldsOf(node: ClassNode): Of<'PropertyDefinition'>[] {
  return node.body.body.flatMap((member) => (member.type === 'PropertyDefinition' ? [member] : []))
}

/**
 * Whether nothing but a number, a date, an id or a word of a list comes in at these keys of a NestJS parameter: GraphQL
 * checks the types of its arguments, and a `ValidationPipe` what the decorators of class-validator say.
 */
export function isPlainParameter(
  { file, inputs }: Handler,
  { parameter, name }: Binding,
  [key]: readonly string[],
  meanings: Meanings,
  hasPipe: boolean,
): boolean {
  const node = parameter?.of.params[parameter.index]
  if (!node || inputs.size === 0) return false
  const type = annotationOf(node)
  if (key === undefined)
    return /^Args?$/.test(inputs.get(name) ?? '') && isPlainType(withDecorators(node, file), type, file)
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false
  const binding = lookUp(file.scopes, parameter.of, type.typeName.name)
  const shape = binding && meanings.ofBinding(binding, file)
  return shape?.kind === 'class' && isPlainField(shape.node, shape.file, key, meanings, hasPipe, 0)
}

function withDecorators(node: Node, file: SourceFile): string {
  const [first] = node.type === 'TSParameterProperty' || !('decorators' in node) ? [] : (node.decorators ?? [])
  return file.text.slice(Math.min(first?.start ?? node.start, node.start), node.end)
}

function isPlainField(
  node: ClassNode,
  file: SourceFile,
  key: string,
  meanings: Meanings,
  hasPipe: boolean,
  depth: number,
): boolean {
  const field = fieldsOf(node).find((item) => keyOf(item) === key)
  if (!field) {
    const above = node.superClass && depth < 3 ? meanings.of(node.superClass, file) : undefined
    return above?.kind === 'class' && isPlainField(above.node, above.file, key, meanings, hasPipe, depth + 1)
  }
  return decoratorsOf(field).some((decorator) => {
    const said = decoratorName(decorator)
    if (said === 'Field')
      return isPlainType(file.text.slice(decorator.start, decorator.end), field.typeAnnotation?.typeAnnotation, file)
    return hasPipe && plainChecks.test(said)
  })
}

const plainChecks =
  /^Is(Int|Number|NumberString|Boolean|BooleanString|Enum|In|Date|DateString|ISO8601|UUID|MongoId|Positive|Latitude|Longitude|Port|Hexadecimal)$/

/** `{ type: () => Int }`, `(() => [Float])`, or no more than `number`. */
function isPlainType(decorator: string, type: Node | null | undefined, file: SourceFile): boolean {
  const given = /=>\s*\[?\s*(\w+)/.exec(decorator)?.[1]
  if (given !== undefined) return /^(Int|Float|Number|Boolean|Date|GraphQLISODateTime|GraphQLTimestamp)$/.test(given)
  const written = type ? file.text.slice(type.start, type.end) : ''
  return /^(number|boolean|Date)(\s*\|\s*(null|undefined))*$/.test(written)
}
