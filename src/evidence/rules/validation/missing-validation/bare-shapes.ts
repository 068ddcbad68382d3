import type { Codebase } from '../../../codebase.ts'
import { decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { parameterName, type Node } from '../../../parse/ast.ts'
import { lookUp } from '../../../parse/scopes.ts'
import { importsPackage, lineOf } from '../../places.ts'
import type { Rule } from '../../rule.ts'

/** The class of a NestJS body says what fields there are, and no decorator says what they must be. */
export function* bareShapes(codebase: Codebase): ReturnType<Rule['find']> {
  if (!importsPackage(codebase, /^class-validator$/)) return
  const reported = new Set<Node>()
  for (const handler of codebase.web.handlers.values()) {
    if (handler.framework !== 'nest') continue
    for (const parameter of handler.node.params) {
      const name = parameterName(parameter)
      const type = name?.typeAnnotation?.typeAnnotation
      if (
        !name ||
        handler.inputs.get(name.name) !== 'Body' ||
        type?.type !== 'TSTypeReference' ||
        type.typeName.type !== 'Identifier'
      )
        continue
      const binding = lookUp(handler.file.scopes, handler.node, type.typeName.name)
      const shape = binding && codebase.meanings.ofBinding(binding, handler.file)
      if (
        shape?.kind !== 'class' ||
        reported.has(shape.node) ||
        shape.node.superClass ||
        shape.node.decorators.length > 0
      )
        continue
      reported.add(shape.node)
      const fields = shape.node.body.body.filter((member) => member.type === 'PropertyDefinition')
      if (
        fields.length === 0 ||
        fields.some((field) => decoratorsOf(field).some((decorator) => !decoratorName(decorator).startsWith('Api')))
      )
        continue
      yield {
        file: shape.file,
        node: shape.node,
        line: lineOf(shape.node, shape.file),
        message: `\`${shape.node.id?.name ?? 'The body'}\` lists fields, and no decorator says what they must be.`,
      }
    }
  }
}
