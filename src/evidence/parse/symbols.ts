import { isClass, isFunction, keyOf, literalText, pathOf, propertyOf, unwrap, type Node, type Of } from './ast.ts'

/** The name of the function, method, class or route a node stands in, or is; empty at the top of a module. */
export function symbolAround(node: Node): string {
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    const name = isFunction(at) ? functionName(at) : ownName(at)
    if (name) return withClass(name, at)
  }
  return ''
}

function ownName(node: Node): string | undefined {
  if (isClass(node)) return node.id?.name
  if (node.type === 'MethodDefinition') return keyOf(node)
  return node.type === 'CallExpression' ? routeName(node) : undefined
}

function functionName(node: Node): string | undefined {
  if ((node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') && node.id) return node.id.name
  const parent = node.parent
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : undefined
    case 'AssignmentExpression':
      return parent.left.type === 'Identifier' ? parent.left.name : memberName(parent.left)
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return keyOf(parent)
    case 'Property':
      return isRouteOption(parent) ? undefined : keyOf(parent)
    default:
      return undefined
  }
}

/** `exports.create = …` names `create`; `module.exports = …` names nothing. */
function memberName(node: Node): string | undefined {
  const path = pathOf(node)
  return path === 'module.exports' ? undefined : path.split('.').at(-1)
}

function isRouteOption(property: Of<'Property'>): boolean {
  return propertyOf(property.parent, 'url') !== undefined && propertyOf(property.parent, 'method') !== undefined
}

function withClass(name: string, node: Node): string {
  const holder = node.type === 'MethodDefinition' ? node : node.parent
  if (holder?.type !== 'MethodDefinition' && holder?.type !== 'PropertyDefinition') return name
  const owner = holder.parent?.parent
  return isClass(owner) && owner.id ? `${owner.id.name}.${name}` : name
}

const verbs = /^(get|post|put|patch|delete|del|head|options|all)$/

/** `POST /users` for a call that adds a route with a written path. */
function routeName(call: Of<'CallExpression'>): string | undefined {
  if (call.callee.type !== 'MemberExpression') return undefined
  const method = keyOf(call.callee) ?? ''
  const [first] = call.arguments
  if (method === 'route' && first?.type === 'ObjectExpression') {
    const url = literalText(propertyOf(first, 'url'))
    return url === undefined ? undefined : `${(literalText(propertyOf(first, 'method')) ?? '').toUpperCase()} ${url}`
  }
  if (!verbs.test(method) || call.arguments.length === 0) return undefined
  const path = literalText(first) ?? chainedPath(call.callee.object)
  return path?.startsWith('/') ? `${method.toUpperCase()} ${path}` : undefined
}

/** The path of `router.route('/users').get(…).post(…)`. */
function chainedPath(node: Node): string | undefined {
  const inner = unwrap(node)
  if (inner.type !== 'CallExpression' || inner.callee.type !== 'MemberExpression') return undefined
  if (keyOf(inner.callee) === 'route') return literalText(inner.arguments[0])
  return verbs.test(keyOf(inner.callee) ?? '') ? chainedPath(inner.callee.object) : undefined
}
