import { keyOf, literalText, pathOf, unwrap, type CallNode, type Node } from '../parse/ast.ts'
import { atOnce } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { CallIndex } from './call-index.ts'
import type { Identities } from './identities.ts'

export type Listeners = {
  /** Names of the events somebody listens for on the object that a call makes, in whatever file. */
  on: (made: CallNode, file: SourceFile) => ReadonlySet<string>
  /** The same for the object an expression holds. */
  onHeld: (object: Node, file: SourceFile) => ReadonlySet<string>
}

const methods = ['on', 'once', 'addListener', 'prependListener', 'addEventListener'] as const

/** Finds who listens to what: by where the object was made, and by the name it goes by in its file. */
export function readListeners(files: readonly SourceFile[], index: CallIndex, identities: Identities): Listeners {
  const byObject = new Map<Node, Set<string>>()
  const byPath = new Map<string, Set<string>>()
  for (const { call, file } of index.methods(...methods)) {
    const event = literalText(call.arguments[0])
    const object = event === undefined ? undefined : rootOf(call)
    if (event === undefined || !object) continue
    add(byObject, identities.of(object, file), event)
    add(byPath, key(pathOf(object), file), event)
  }
  for (const { object, event, file } of files.flatMap(assigned)) add(byPath, key(pathOf(object), file), event)
  const collected = (made: Node, path: string | undefined, file: SourceFile) => {
    const named = path === undefined ? undefined : byPath.get(key(path, file))
    return new Set([...(byObject.get(made) ?? []), ...(named ?? []), ...chained(made)].sort())
  }
  return {
    on: (made, file) => collected(made, holderOf(made), file),
    onHeld: (object, file) => collected(identities.of(object, file), pathOf(object), file),
  }
}

/** `socket.onerror = …`. */
const assigned = atOnce((file: SourceFile): { object: Node; event: string; file: SourceFile }[] => {
  if (!file.text.includes('onerror')) return []
  return file.assignments.flatMap(({ left }) =>
    left.type === 'MemberExpression' && keyOf(left) === 'onerror'
      ? [{ object: left.object, event: 'error', file }]
      : [],
  )
})

/** The name or `this` property a new object is kept in; undefined when it is used on the spot. */
export function holderOf(made: Node): string | undefined {
  let at: Node = made
  while (at.parent && (isChainStep(at) || isChoice(at.parent) || unwrap(at.parent) === unwrap(at))) at = at.parent
  const parent = at.parent
  if (parent?.type === 'VariableDeclarator') return parent.id.type === 'Identifier' ? parent.id.name : undefined
  if (parent?.type === 'AssignmentExpression' && parent.right === at) return pathOf(parent.left)
  if (parent?.type === 'PropertyDefinition') return `this.${keyOf(parent) ?? '?'}`
  return undefined
}

/** `given ?? new Pool()`. */
function isChoice(node: Node): boolean {
  return node.type === 'LogicalExpression' || node.type === 'ConditionalExpression'
}

/** `x` in `x.on(…)` that is itself called on: the chain goes on. */
function isChainStep(node: Node): boolean {
  const parent = node.parent
  if (parent?.type === 'MemberExpression')
    return parent.object === node && parent.parent?.type === 'CallExpression' && isListening(parent)
  return node.type === 'MemberExpression' && parent?.type === 'CallExpression' && parent.callee === node
}

function isListening(member: Node): boolean {
  return methods.some((name) => name === keyOf(member))
}

/** The object at the start of `x.on(…).once(…)`. */
function rootOf(call: CallNode): Node | undefined {
  let at: Node = call
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression' && isListening(at.callee))
    at = unwrap(at.callee.object)
  return at === call ? undefined : at
}

function chained(made: Node): string[] {
  const events: string[] = []
  for (let at = made; at.parent && isChainStep(at); at = at.parent) {
    const call = at.parent
    const event = call.type === 'CallExpression' ? literalText(call.arguments[0]) : undefined
    if (event !== undefined) events.push(event)
  }
  return events
}

function key(path: string, file: SourceFile): string {
  return `${file.path}\n${path}`
}

function add<Key>(map: Map<Key, Set<string>>, at: Key, event: string): void {
  const known = map.get(at)
  if (known) known.add(event)
  else map.set(at, new Set([event]))
}
