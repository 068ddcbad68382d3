import type { Codebase } from '../../../codebase.ts'
import { decoratorCall, decoratorName } from '../../../facts/handlers.ts'
import { isFunction, keyOf, literalText, type Node, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import type { Match } from '../../rule.ts'

type Relation = {
  kind: string
  owner: string
  property: string
  target: string
  inverse?: string
  type?: string
  isList: boolean
  node: Node
  file: SourceFile
}

/** Relations that join the wrong table, or are of another kind than their other side or their type says. */
export function* relationMistakes(codebase: Codebase): Iterable<Match> {
  const relations = codebase.production.flatMap(relationsIn)
  const names = Map.groupBy(
    codebase.entities.filter(({ kind }) => kind === 'typeorm'),
    ({ name }) => name,
  )
  const isEntity = (name: string | undefined) => name !== undefined && names.get(name)?.length === 1
  const told = new Set<Relation>()
  for (const relation of relations) {
    if (!isEntity(relation.owner) || !isEntity(relation.target)) continue
    const other = relations.find(({ owner, property }) => owner === relation.target && property === relation.inverse)
    const message =
      (other && !told.has(other) ? mistakeBetween(relation, other, isEntity) : undefined) ??
      mistakeOfType(relation, isEntity)
    if (message === undefined) continue
    told.add(relation)
    yield { file: relation.file, node: relation.node, message }
  }
}

type IsEntity = (name: string | undefined) => boolean

function mistakeBetween(relation: Relation, other: Relation, isEntity: IsEntity): string | undefined {
  const there = `${relation.target}.${relation.inverse}`
  if (other.target !== relation.owner)
    return isEntity(other.target)
      ? `The other side, \`${there}\`, belongs to \`${other.target}\`, not to \`${relation.owner}\`.`
      : undefined
  const [one, many] = relation.kind.split('To')
  const fitting = `${many}To${one}`
  return other.kind === fitting
    ? undefined
    : `The other side of \`${relation.kind}\` is \`${fitting}\`, and \`${there}\` says \`${other.kind}\`.`
}

function mistakeOfType({ kind, target, type, isList }: Relation, isEntity: IsEntity): string | undefined {
  if (!isEntity(type)) return undefined
  if (type !== target) return `The relation is to \`${target}\`, its type says \`${type}\`.`
  return kind.endsWith('ToMany') && !isList ? `\`${kind}\` holds a list, its type says one \`${target}\`.` : undefined
}

const relationsIn = atOnce((file: SourceFile): Relation[] =>
  file.decorators.flatMap((decorator) => {
    const kind = decoratorName(decorator)
    if (!/^(OneToMany|ManyToOne|OneToOne|ManyToMany)$/.test(kind)) return []
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
        kind,
        isList: property.typeAnnotation?.typeAnnotation.type === 'TSArrayType',
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
