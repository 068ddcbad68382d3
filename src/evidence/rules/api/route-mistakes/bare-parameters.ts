import type { Codebase } from '../../../codebase.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { parameterName, type Node } from '../../../parse/ast.ts'
import { mentionsOf } from '../../../parse/mentions.ts'
import { lineOf } from '../../places.ts'
import type { Match } from '../../rule.ts'

/** A parameter of a NestJS handler without a decorator: nothing is ever passed for it. */
export function* bareParameters({ web }: Codebase): Iterable<Match> {
  for (const { node, file, framework } of web.handlers.values()) {
    const method = node.parent
    if (framework !== 'nest' || !node.body || !file.text.includes('@nestjs/common')) continue
    if (!decoratorsOf(method ?? node).some((item) => answersHttp.test(decoratorName(item)))) continue
    for (const parameter of node.params) {
      const name = parameter.type === 'Identifier' ? parameterName(parameter)?.name : undefined
      if (name === undefined || isDecorated(parameter) || mentionsOf(name, node.body).length === 0) continue
      const message = `\`${name}\` has no decorator, so nothing is passed for it: it is always undefined.`
      yield { file, node: parameter, line: lineOf(parameter, file), message }
    }
  }
}

const answersHttp = /^(Get|Post|Put|Patch|Delete|All|Options|Head)$/

function isDecorated(parameter: Node): boolean {
  return 'decorators' in parameter && (parameter.decorators?.length ?? 0) > 0
}
