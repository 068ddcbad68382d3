import { propertyOf, type FunctionNode, type Node } from '../parse/ast.ts'
import { goingBy, propertiesOf } from '../parse/by-name.ts'
import { onceFor } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import type { Meanings } from './meaning.ts'

type Inputs = { production: readonly SourceFile[]; meanings: Meanings }

/** Handlers of hapi routes whose input a schema is checked against first: `options: { handler, validate: { payload } }`. */
export const validatedByHapi = onceFor(({ production, meanings }: Inputs): ReadonlySet<FunctionNode> => {
  const handlers = production.flatMap((file) =>
    goingBy(propertiesOf(file), 'handler').flatMap(({ value, parent }) => {
      const handler = isValidatedAt(parent) ? meanings.functionOf(value, file) : undefined
      return handler ? [handler.node] : []
    }),
  )
  return new Set(handlers)
})

/** Whether a route or its options name a schema for what is sent. */
export function isValidatedAt(route: Node | null | undefined): boolean {
  const options = propertyOf(route, 'options') ?? propertyOf(route, 'config') ?? route
  const validate = propertyOf(options, 'validate')
  return ['payload', 'query', 'params'].some((part) => propertyOf(validate, part) !== undefined)
}
