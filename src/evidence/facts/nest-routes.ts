import {
  keyOf,
  literalText,
  isClass,
  isFunction,
  pathOf,
  propertyOf,
  type CallNode,
  type ClassNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName, decoratorsOf } from './handlers.ts'
import { bodyText } from './responses.ts'
import type { Step, WebInputs } from './steps.ts'
import { unboundGuards } from './unbound-guards.ts'
import type { BareRoute } from './web.ts'

const verbs = /^(Get|Post|Put|Patch|Delete|All|Head|Options)$/

/** Routes of NestJS controllers, with guards and interceptors of the method and its class as steps. */
export function nestRoutes(file: SourceFile, inputs: WebInputs): BareRoute[] {
  return file.classes.flatMap((node) => {
    const controller = node.decorators.find((decorator) => decoratorName(decorator) === 'Controller')
    if (!controller) return []
    const base = controllerPath(controller)
    return node.body.body.flatMap((member) => {
      if (member.type !== 'MethodDefinition') return []
      const verb = member.decorators.find((decorator) => verbs.test(decoratorName(decorator)))
      if (!verb) return []
      return [routeOf({ member, verb, base, file, inputs, controller: node })]
    })
  })
}

type Found = {
  member: Of<'MethodDefinition'>
  verb: Of<'Decorator'>
  base: string
  file: SourceFile
  inputs: WebInputs
  controller: Node
}

function routeOf({ member, verb, base, file, inputs, controller }: Found): BareRoute {
  const name = decoratorName(verb)
  const sub = literalText(decoratorCall(verb)?.arguments[0]) ?? ''
  const guards = [...decoratorsOf(isClass(controller) ? controller : null), ...member.decorators].flatMap((decorator) =>
    guardSteps(decorator, file, inputs),
  )
  const handler: Step[] = isFunction(member.value)
    ? [{ name: keyOf(member) ?? '', node: member, file, function: member.value, functionFile: file }]
    : []
  return {
    method: name === 'All' ? 'ALL' : name.toUpperCase(),
    path: `/${[base, sub].filter(Boolean).join('/')}`.replaceAll('//', '/'),
    file,
    node: member,
    line: lineAt(file.lineStarts, verb.start),
    framework: 'nest',
    own: [
      ...moduleGuards(name, `/${[base, sub].filter(Boolean).join('/')}`, controller, inputs),
      ...guards,
      ...handler,
    ],
    options: controller,
    app: controller,
  }
}

const authMiddleware = /auth|jwt|guard|session|login|permission|role/i

/** `consumer.apply(AuthMiddleware).forRoutes(…)` of all modules: what is applied, and to what. */
const applied = onceFor((inputs: WebInputs) =>
  inputs.files.flatMap((file) =>
    file.calls.flatMap((call) => {
      if (call.callee.type !== 'MemberExpression' || keyOf(call.callee) !== 'forRoutes') return []
      const given = file.text.slice(call.callee.start, call.callee.end)
      if (!authMiddleware.test(given)) return []
      return [{ file, call, code: codeApplied(call.callee.object, file, inputs) }]
    }),
  ),
)

/** The method `use` of the one class that is applied and has such a name. */
function codeApplied(chain: Node, file: SourceFile, inputs: WebInputs): Partial<Step> {
  if (chain.type !== 'CallExpression' || chain.callee.type !== 'MemberExpression') return {}
  if (keyOf(chain.callee) !== 'apply') return codeApplied(chain.callee.object, file, inputs)
  const guards = chain.arguments.filter((item) => authMiddleware.test(pathOf(item)))
  const [meaning] = guards.length === 1 ? guards.map((item) => inputs.meanings.of(item, file)) : []
  const code = meaning?.kind === 'class' ? methodOf(meaning.node, 'use') : undefined
  return code?.body && meaning?.kind === 'class'
    ? { name: guards.map(pathOf).join(), function: code, functionFile: meaning.file }
    : {}
}

/** Steps for the middleware that modules put before a route. */
function moduleGuards(method: string, path: string, controller: Node, inputs: WebInputs): Step[] {
  const holds = ({ file, call }: { file: SourceFile; call: CallNode }) =>
    call.arguments.some((target) => covers(target, method, path, controller, file))
  return applied(inputs)
    .filter(holds)
    .map(({ file, call, code }): Step => ({
      name: 'forRoutes',
      node: call,
      file,
      guard: true,
      calls: inputs.calls,
      ...code,
    }))
}

function covers(target: Node, method: string, path: string, controller: Node, file: SourceFile): boolean {
  if (target.type === 'Identifier') return isClass(controller) && controller.id?.name === target.name
  const written = literalText(target) ?? literalText(propertyOf(target, 'path'))
  if (written === undefined) return true
  const verb = propertyOf(target, 'method')
  const named = verb ? (file.text.slice(verb.start, verb.end).split('.').at(-1) ?? '') : 'ALL'
  if (named !== 'ALL' && named.toLowerCase() !== method.toLowerCase()) return false
  const plain = (text: string) => text.replace(/^\/+|\/+$/g, '').replace(/:\w+/g, ':')
  if (/[*(]/.test(written)) return plain(path).startsWith(plain(written.replace(/[*({].*$/, '')))
  return plain(path) === plain(written)
}

function controllerPath(decorator: Of<'Decorator'>): string {
  const argument = decoratorCall(decorator)?.arguments[0]
  return literalText(argument) ?? literalText(propertyOf(argument, 'path')) ?? ''
}

/** Every decorator that is not the route itself may guard it; `UseGuards` gives the guards it names. */
function guardSteps(decorator: Of<'Decorator'>, file: SourceFile, inputs: WebInputs): Step[] {
  const name = decoratorName(decorator)
  if (name === 'Controller' || verbs.test(name)) return []
  const call = decoratorCall(decorator)
  if (name !== 'UseGuards' || !call) {
    const composed = call && inputs.calls.targetOf(call)
    const guards = composed !== undefined && /\bUseGuards\(/.test(bodyText(composed.node, composed.file))
    const unread = guards ? [] : unreadBy(name, composed, inputs)
    const extra = guards ? { guard: true as const } : unread.length > 0 ? { unread } : {}
    return [{ name: `@${name}`, node: decorator, file, ...extra }]
  }
  return call.arguments.map((argument) => {
    const text = inputs.meanings.nameOf(argument, file) || pathOf(argument)
    if (/throttl|rate/i.test(text)) return { name: text, node: argument, file }
    const decision = decisionOf(argument, file, inputs)
    return { name: text, node: argument, file, guard: true, calls: inputs.calls, ...(decision ? { decision } : {}) }
  })
}

/** The guards that would read what `const Roles = (...roles) => SetMetadata(ROLES_KEY, roles)` writes down, where none is bound. */
function unreadBy(
  name: string,
  made: { node: FunctionNode; file: SourceFile } | undefined,
  inputs: WebInputs,
): string[] {
  const text = made ? bodyText(made.node, made.file) : ''
  const key = /\bSetMetadata\(\s*['"`]?(\w+)/.exec(text)?.[1] ?? name
  return [...(unboundGuards(inputs).get(key) ?? [])]
}

const deepestLine = 3

/** The method of a guard's class, or of one that it extends, which lets callers pass. */
function decisionOf(guard: Node, file: SourceFile, inputs: WebInputs, line = 0): Step['decision'] {
  const meaning = inputs.meanings.of(guard, file)
  const holder = meaning.kind === 'class' ? meaning.node : meaning.kind === 'instance' ? meaning.of : undefined
  if (!isClass(holder) || !('file' in meaning)) return undefined
  const own = methodOf(holder, 'canActivate') ?? methodOf(holder, 'handleRequest')
  if (own?.body) return { node: own, file: meaning.file }
  return holder.superClass && line < deepestLine
    ? decisionOf(holder.superClass, meaning.file, inputs, line + 1)
    : undefined
}

function methodOf(holder: ClassNode, name: string): FunctionNode | undefined {
  const found = holder.body.body.find((member) => member.type === 'MethodDefinition' && keyOf(member) === name)
  return found?.type === 'MethodDefinition' ? found.value : undefined
}
