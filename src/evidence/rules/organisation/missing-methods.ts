import type { Codebase } from '../../codebase.ts'
import { ancestor, isClass, isFunction, keyOf, pathOf, type ClassNode, type Node, type Of } from '../../parse/ast.ts'
import { onceFor } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf } from '../places.ts'
import type { Match, Words } from '../rule.ts'

/** `this.close()` where neither the class nor one it extends or that extends it has `close`. JavaScript only. */
export function* missingMethods(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    if (/\.[cm]?tsx?$/.test(file.path) || file.cutLines.length > 0) continue
    for (const call of file.calls) {
      const { callee } = call
      if (callee.type !== 'MemberExpression' || callee.optional || call.type !== 'CallExpression') continue
      const message = lackingOwn(callee, file, codebase) ?? lackingBuiltIn(callee, file)
      if (message) yield { file, node: callee, line: lineOf(callee, file), words, message }
    }
  }
}

const words: Words = {
  title: 'A method is called that the object does not have',
  fix: { say: 'Call it by the name it has, or write it.', code: { any: 'await this.store.dispose()' } },
}

function lackingOwn(callee: Of<'MemberExpression'>, file: SourceFile, codebase: Codebase): string | undefined {
  const name = callee.computed ? undefined : keyOf(callee)
  if (callee.object.type !== 'ThisExpression' || name === undefined || name in Object.prototype) return undefined
  const holder = ownerOf(callee)
  const chain = holder && superClasses(holder, file, codebase, 0)
  if (!chain || chain.some((node) => hasMember(node, name))) return undefined
  return namesGiven(codebase).has(name) || boundElsewhere(codebase).has(methodAround(callee))
    ? undefined
    : `\`${name}\` is no method of \`${holder.id?.name ?? 'this class'}\`, nor of what it extends.`
}

/** The class whose instance `this` is. */
function ownerOf(node: Node): ClassNode | undefined {
  const around = ancestor(node, (at) => isClass(at) || (isFunction(at) && at.type !== 'ArrowFunctionExpression'))
  const method = isFunction(around) ? around.parent : undefined
  if (isClass(around)) return around
  const owner = method?.type === 'MethodDefinition' && !method.static ? method.parent?.parent : undefined
  return isClass(owner) && owner.decorators.length === 0 ? owner : undefined
}

function methodAround(node: Node): string {
  const method = ancestor(node, (at) => at.type === 'MethodDefinition' && isClass(at.parent?.parent))
  return (method && keyOf(method)) ?? ''
}

/** Names of methods that are run as those of another object: `router.get('/', controller.list.bind(this))`. */
const boundElsewhere = onceFor(({ index }: Codebase): ReadonlySet<string> => {
  const names = ['bind', 'call', 'apply'].flatMap((way) =>
    index.methods(way).flatMap(({ call: { callee, arguments: given } }) => {
      const method = callee.type === 'MemberExpression' ? callee.object : undefined
      const [self] = given
      const isOther = method?.type === 'MemberExpression' && self && pathOf(method.object) !== pathOf(self)
      return isOther ? [keyOf(method) ?? ''] : []
    }),
  )
  return new Set(names)
})

/** A class with all it extends; undefined where one of them is not of the project. */
function superClasses(node: ClassNode, file: SourceFile, codebase: Codebase, depth: number): ClassNode[] | undefined {
  if (!node.superClass) return [node]
  const above = codebase.meanings.of(node.superClass, file)
  if (above.kind !== 'class' || depth > 8) return undefined
  const rest = superClasses(above.node, above.file, codebase, depth + 1)
  return rest && [node, ...rest]
}

function hasMember(node: ClassNode, name: string): boolean {
  return node.body.body.some((member) => keyOf(member) === name || ('computed' in member && member.computed))
}

/** Names that a class defines, or that are put on something: `this[name] = …` hides them. */
const namesGiven = onceFor(({ production }: Codebase): ReadonlySet<string> => {
  const given = new Set<string>()
  for (const file of production) {
    for (const { left } of file.assignments) if (left.type === 'MemberExpression') given.add(keyOf(left) ?? '[]')
    for (const node of file.classes)
      if (node.superClass) for (const member of node.body.body) given.add(keyOf(member) ?? '[]')
    if (/Object\.(assign|defineProperty|setPrototypeOf)|mixin/i.test(file.text))
      for (const name of file.names.keys()) given.add(name)
  }
  return given
})

const collections: Readonly<Record<string, object>> = {
  Map: Map.prototype,
  Set: Set.prototype,
  WeakMap: WeakMap.prototype,
  WeakSet: WeakSet.prototype,
}

/** `#held = new Map()` and then `this.#held.close()`. */
function lackingBuiltIn(callee: Of<'MemberExpression'>, file: SourceFile): string | undefined {
  const field = callee.object
  const name = callee.computed ? undefined : keyOf(callee)
  if (field.type !== 'MemberExpression' || field.object.type !== 'ThisExpression' || name === undefined)
    return undefined
  const key = keyOf(field)
  const holder = ancestor(field, isClass)
  const given = isClass(holder)
    ? holder.body.body.flatMap((member) =>
        member.type === 'PropertyDefinition' && keyOf(member) === key ? [member.value] : [],
      )
    : []
  const [value] = given
  const isReplaced = file.assignments.some(({ left }) => left.type === 'MemberExpression' && keyOf(left) === key)
  if (value?.type !== 'NewExpression' || value.callee.type !== 'Identifier' || isReplaced) return undefined
  const prototype = Object.hasOwn(collections, value.callee.name) ? collections[value.callee.name] : undefined
  return prototype && !(name in prototype)
    ? `\`${key}\` is a ${value.callee.name}, which has no \`${name}\`.`
    : undefined
}
