import { literalText, pathOf, type Node } from '../parse/ast.ts'
import { goingBy, methodCallsOf, propertiesOf } from '../parse/by-name.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Whether a file of NestJS puts a guard before every route; one that only counts tries lets everyone in. */
export const guardsAllRoutes = once((file: SourceFile): boolean => {
  if (!/APP_GUARD|useGlobalGuards\(/.test(file.text)) return false
  return [...providers(file), ...goingBy(methodCallsOf(file), 'useGlobalGuards')].some(
    (node) => !countsTries.test(file.text.slice(node.start, node.end)),
  )
})

const countsTries = /throttl|rate_?limit/i

/** `{ provide: APP_GUARD, useClass: AuthGuard }`. */
function providers(file: SourceFile): Node[] {
  return goingBy(propertiesOf(file), 'provide').flatMap((property) => {
    const given = literalText(property.value) ?? pathOf(property.value)
    return given === 'APP_GUARD' && property.parent ? [property.parent] : []
  })
}
