import type { Codebase } from '../../../codebase.ts'
import { decoratorCall, decoratorName, decoratorsOf } from '../../../facts/handlers.ts'
import { annotationOf, fieldsOf } from '../../../facts/plain-parameters.ts'
import { isFunction, parameterName, type ClassNode, type Node } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Classes that a parameter of a handler is typed with, and those nested in them or above them. */
export const inputClasses = onceFor((codebase: Codebase): ReadonlySet<ClassNode> => {
  const found = new Set<ClassNode>()
  const add = (node: Node | undefined, file: SourceFile, depth: number): void => {
    const meaning = node && codebase.meanings.of(node, file)
    if (meaning?.kind !== 'class' || found.has(meaning.node) || depth > 3) return
    found.add(meaning.node)
    add(meaning.node.superClass ?? undefined, meaning.file, depth + 1)
    for (const field of fieldsOf(meaning.node)) {
      const type = decoratorsOf(field).find((decorator) => decoratorName(decorator) === 'Type')
      const given = type && decoratorCall(type)?.arguments[0]
      if (isFunction(given) && given.body?.type === 'Identifier') add(given.body, meaning.file, depth + 1)
    }
  }
  for (const { node, file, inputs } of codebase.web.handlers.values()) {
    for (const parameter of node.params) {
      const type = annotationOf(parameter)
      const isInput = inputs.has(parameterName(parameter)?.name ?? '') || parameter.type === 'ObjectPattern'
      if (isInput && type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier') {
        const binding = lookUp(file.scopes, node, type.typeName.name)
        const shape = binding && codebase.meanings.ofBinding(binding, file)
        if (shape?.kind === 'class') add(shape.node, shape.file, 0)
      }
    }
  }
  return found
})
