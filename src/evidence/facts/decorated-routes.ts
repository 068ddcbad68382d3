import {
  isClass,
  isFunction,
  keyOf,
  literalText,
  propertyOf,
  type ClassNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import { decoratorCall, decoratorName } from './handlers.ts'
import { pathTextOf } from './path-text.ts'
import { optionSteps, type Step, type WebInputs } from './steps.ts'
import type { BareRoute } from './web.ts'

const verbs = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ALL)$/

/** Routes of fastify-decorators: `@Controller({ route })`, and `@GET({ url, options })` or `@GET(url, options)` in it. */
export function decoratedRoutes(file: SourceFile, inputs: WebInputs): BareRoute[] {
  return file.classes.flatMap((holder) => {
    const controller = holder.decorators.find((decorator) => decoratorName(decorator) === 'Controller')
    if (!controller) return []
    const base = pathIn(decoratorCall(controller)?.arguments[0], 'route', file, inputs)
    const hooks = hooksOf({ node: holder, file }, inputs)
    return holder.body.body.flatMap((member) => {
      if (member.type !== 'MethodDefinition') return []
      const verb = member.decorators.find((decorator) => verbs.test(decoratorName(decorator)))
      return verb ? [routeOf({ member, verb, base, hooks, holder, file, inputs })] : []
    })
  })
}

type Found = {
  member: Of<'MethodDefinition'>
  verb: Of<'Decorator'>
  base: string
  hooks: readonly Step[]
  holder: ClassNode
  file: SourceFile
  inputs: WebInputs
}

function routeOf({ member, verb, base, hooks, holder, file, inputs }: Found): BareRoute {
  const [first, second] = decoratorCall(verb)?.arguments ?? []
  const options = propertyOf(first, 'options') ?? second
  const path = `/${base}/${pathIn(first, 'url', file, inputs)}`.replaceAll(/\/{2,}/g, '/')
  const handler: Step = { name: keyOf(member) ?? '', node: member, file, function: member.value, functionFile: file }
  return {
    method: decoratorName(verb),
    path: path.length > 1 ? path.replace(/\/$/, '') : path,
    file,
    node: member,
    line: lineAt(file.lineStarts, verb.start),
    framework: 'fastify',
    own: [...hooks, ...(options ? optionSteps(options, file, inputs) : []), handler],
    ...(options ? { options } : {}),
    app: holder,
  }
}

/** The text itself, or that of a property of an object. */
function pathIn(node: Node | undefined, key: string, file: SourceFile, inputs: WebInputs): string {
  const written = node?.type === 'ObjectExpression' ? propertyOf(node, key) : node
  return written ? (pathTextOf(written, file, inputs.meanings) ?? '') : ''
}

const requestHooks = /^(onRequest|preParsing|preValidation|preHandler)$/
const deepestLine = 3

/** `@Hook('onRequest')` in the class of a controller, or in one that it extends. */
function hooksOf({ node, file }: { node: ClassNode; file: SourceFile }, inputs: WebInputs, line = 0): Step[] {
  const own = node.body.body.flatMap((member): Step[] => {
    if (member.type !== 'MethodDefinition' || !isFunction(member.value)) return []
    const hook = member.decorators.find((decorator) => decoratorName(decorator) === 'Hook')
    return hook && requestHooks.test(literalText(decoratorCall(hook)?.arguments[0]) ?? '')
      ? [
          {
            name: keyOf(member) ?? '',
            node: member,
            file,
            function: member.value,
            functionFile: file,
            calls: inputs.calls,
          },
        ]
      : []
  })
  const above = node.superClass && line < deepestLine ? inputs.meanings.of(node.superClass, file) : undefined
  return above?.kind === 'class' && isClass(above.node) ? [...hooksOf(above, inputs, line + 1), ...own] : own
}
