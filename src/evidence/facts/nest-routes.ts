import { keyOf, literalText, isClass, isFunction, pathOf, propertyOf, type Node, type Of } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName, decoratorsOf } from './handlers.ts'
import { bodyText } from './responses.ts'
import type { Step, WebInputs } from './steps.ts'
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
    own: [...guards, ...handler],
    options: controller,
    app: controller,
  }
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
    return [{ name: `@${name}`, node: decorator, file, ...(guards ? { guard: true } : {}) }]
  }
  return call.arguments.map((argument) => {
    const text = inputs.meanings.nameOf(argument, file) || pathOf(argument)
    return { name: text, node: argument, file, ...(/throttl|rate/i.test(text) ? {} : { guard: true }) }
  })
}
