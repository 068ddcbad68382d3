import type { Codebase } from '../../../codebase.ts'
import { decoratorCall, decoratorName } from '../../../facts/handlers.ts'
import { literalText, parameterName, propertyOf, type Node } from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { lineOf, routesOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** `@Res() res` makes the answer the handler’s own work, and this handler does not touch it. */
export function* leftToHandler(codebase: Codebase): Iterable<Match> {
  for (const { node, file, framework } of codebase.web.handlers.values()) {
    if (framework !== 'nest' || !node.body || !file.text.includes('@nestjs/common')) continue
    if (node.params.some((parameter) => takes(parameter, /^Next$/))) continue
    for (const parameter of node.params) {
      const name = parameterName(parameter)?.name
      if (name === undefined || !takes(parameter, /^(Res|Response)$/) || isPassedThrough(parameter)) continue
      if (mentionsOf(name, node.body).length > 0) continue
      const [route] = routesOf(codebase, node)
      const what = route ? `${route.method} ${route.fullPath}` : 'This handler'
      const message = `${what} is never answered: with \`@Res()\` NestJS sends nothing by itself, and \`${name}\` is not used.`
      yield {
        file,
        node: parameter,
        line: lineOf(parameter, file),
        severity: 'high',
        confidence: 'high',
        words,
        message,
      }
    }
  }
}

function takes(parameter: Node, name: RegExp): boolean {
  return decoratorsOn(parameter).some((item) => name.test(decoratorName(item)))
}

function isPassedThrough(parameter: Node): boolean {
  return decoratorsOn(parameter).some(
    (item) => literalText(propertyOf(decoratorCall(item)?.arguments[0], 'passthrough')) === 'true',
  )
}

function decoratorsOn(parameter: Node): readonly (Node & { type: 'Decorator' })[] {
  return parameter.type !== 'TSParameterProperty' && 'decorators' in parameter ? (parameter.decorators ?? []) : []
}

const words: Words = {
  fix: {
    say: 'Leave `@Res()` out and return the answer, or pass through.',
    code: { any: '@Post()\ncreate(@Body() body: CreateDto) {\n  return this.service.create(body)\n}' },
  },
}
