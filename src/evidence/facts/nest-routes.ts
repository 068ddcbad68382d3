import { keyOf, literalText, isClass, isFunction, pathOf, propertyOf, type Node, type Of } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName, decoratorsOf } from './handlers.ts'
import type { Meanings } from './meaning.ts'
import type { Route, Step } from './web.ts'

const verbs = /^(Get|Post|Put|Patch|Delete|All|Head|Options)$/

/** Routes of NestJS controllers, with guards and interceptors of the method and its class as steps. */
export function nestRoutes(file: SourceFile, meanings: Meanings): Omit<Route, 'chain'>[] {
  return file.classes.flatMap((node) => {
    const controller = node.decorators.find((decorator) => decoratorName(decorator) === 'Controller')
    if (!controller) return []
    const base = controllerPath(controller)
    return node.body.body.flatMap((member) => {
      if (member.type !== 'MethodDefinition') return []
      const verb = member.decorators.find((decorator) => verbs.test(decoratorName(decorator)))
      if (!verb) return []
      return [routeOf({ member, verb, base, file, meanings, controller: node })]
    })
  })
}

type Found = {
  member: Of<'MethodDefinition'>
  verb: Of<'Decorator'>
  base: string
  file: SourceFile
  meanings: Meanings
  controller: Node
}

function routeOf({ member, verb, base, file, meanings, controller }: Found): Omit<Route, 'chain'> {
  const name = decoratorName(verb)
  const sub = literalText(decoratorCall(verb)?.arguments[0]) ?? ''
  const guards = [...decoratorsOf(isClass(controller) ? controller : null), ...member.decorators].flatMap((decorator) =>
    guardSteps(decorator, file, meanings),
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
function guardSteps(decorator: Of<'Decorator'>, file: SourceFile, meanings: Meanings): Step[] {
  const name = decoratorName(decorator)
  if (name === 'Controller' || verbs.test(name)) return []
  const call = decoratorCall(decorator)
  if (name !== 'UseGuards' || !call) return [{ name: `@${name}`, node: decorator, file }]
  return call.arguments.map((guard) => ({ name: meanings.nameOf(guard, file) || pathOf(guard), node: guard, file }))
}
