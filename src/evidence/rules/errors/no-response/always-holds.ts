import type { Codebase } from '../../../codebase.ts'
import { hasAuth, hasValidation } from '../../../facts/access-control.ts'
import type { Route } from '../../../facts/web.ts'
import { literalText, pathOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { onceFor } from '../../../parse/once.ts'

/** Whether a guard or a check before the handler sees to it that one branch of a chain of conditions is taken. */
export function alwaysHolds(open: Node, route: Route, codebase: Codebase): boolean {
  const chain = chainOf(open)
  const [first] = chain
  if (!first || chain.at(-1)?.alternate) return false
  if (chain.length === 1 && hasAuth(route) && /^(req|request)\.(user|auth)(\._?id)?$/.test(pathOf(unwrap(first.test))))
    return true
  return chain.length > 1 && hasValidation(route) && coversChoices(chain, codebase)
}

/** `if … else if …`, of which one part is given. */
function chainOf(part: Node): Of<'IfStatement'>[] {
  let top: Node = part
  while (top.parent?.type === 'IfStatement' && top.parent.alternate === top) top = top.parent
  const chain: Of<'IfStatement'>[] = []
  for (let at: Node | null = top; at?.type === 'IfStatement'; at = at.alternate) chain.push(at)
  return chain
}

/** `kind === 'one'` and `kind === 'two'`, where the schema lets nothing else through. */
function coversChoices(chain: readonly Of<'IfStatement'>[], codebase: Codebase): boolean {
  const asked = chain.map(({ test }) => choiceIn(unwrap(test)))
  const names = new Set(asked.map((choice) => choice?.name))
  const [name, ...others] = names
  if (name === undefined || others.length > 0) return false
  const values = new Set(asked.map((choice) => choice?.value))
  return choicesOf(codebase).some((choice) => choice.name === name && choice.values.every((value) => values.has(value)))
}

function choiceIn(test: Node): { name: string; value: string } | undefined {
  if (test.type !== 'BinaryExpression' || !/^===?$/.test(test.operator)) return undefined
  const value = literalText(test.right)
  const name = pathOf(unwrap(test.left)).split('.').at(-1)
  return value === undefined || !name ? undefined : { name, value }
}

const listed =
  /\b(\w+)['"]?\s*:\s*(?:z\s*\.\s*enum|\w+(?:\s*\.\s*string\(\s*\))?\s*\.\s*(?:valid|oneOf))\(\s*\[?((?:\s*['"][^'"\n]*['"]\s*,?)+)\s*\]?/g

/** Fields of schemas that list what they may hold. */
const choicesOf = onceFor(({ production }: Codebase) =>
  production.flatMap(({ text }) =>
    [...text.matchAll(listed)].map(([, name = '', values = '']) => ({
      name,
      values: [...values.matchAll(/['"]([^'"]*)['"]/g)].map(([, value]) => value),
    })),
  ),
)
