import type { Codebase } from '../../../codebase.ts'
import { isAuthStep } from '../../../facts/access-control.ts'
import { bodyText } from '../../../facts/responses.ts'
import type { Step } from '../../../facts/steps.ts'
import type { Route } from '../../../facts/web.ts'
import { parameterName } from '../../../parse/ast.ts'
import { inOne } from '../../matches.ts'
import { lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

/** Steps of a route that stand behind one that answers and has no way to go on: one finding for each thing that is put there. */
export function* behindAnswers({ web }: Codebase): Iterable<Match> {
  const found = web.routes.flatMap((route) => {
    const behind = route.framework === 'express' && !route.through ? stepBehind(route) : undefined
    return behind ? [behind] : []
  })
  for (const places of Map.groupBy(found, ({ cause }) => cause).values())
    yield* inOne(inOrder(places.map(({ match }) => match)))
}

function inOrder(places: readonly Match[]): Match[] {
  return places.toSorted((one, other) => (one.file === other.file ? (one.line ?? 0) - (other.line ?? 0) : 0))
}

function stepBehind({ own }: Route): { match: Match; cause: string } | undefined {
  const last = own.findIndex(endsHere)
  const [answering, behind] = last < 0 ? [] : [own[last], own[last + 1]]
  if (!answering || !behind || behind.name === '' || behind.name === answering.name) return undefined
  // A constant behind the handler is for whoever reads the route.
  if (!behind.function && behind.node.type !== 'CallExpression') return undefined
  const [name, before] = [behind.name, answering.name || 'the handler']
  const match: Match = {
    file: behind.file,
    node: behind.node,
    line: lineOf(behind.node, behind.file),
    severity: isAuthStep(behind) ? 'high' : 'medium',
    confidence: 'high',
    words,
    message: `\`${name}\` stands behind \`${before}\`, which answers and does not go on: it never runs.`,
  }
  return { match, cause: name.replace(/\(.*/, '') }
}

/** It takes the request and the answer alone, and answers. */
function endsHere({ function: node, functionFile: file }: Step): boolean {
  if (!node || !file || node.params.length !== 2) return false
  const response = parameterName(node.params[1])?.name
  const text = bodyText(node, file)
  return (
    response !== undefined &&
    !/\bnext\b/.test(text) &&
    new RegExp(
      String.raw`\b${response.replace('$', String.raw`\$`)}\b(\s*\.\w+\([^()]*\))*\s*\.(send|json|end|render|redirect|sendStatus)\(`,
    ).test(text)
  )
}

const words: Words = {
  title: 'A step of a route never runs',
  why: 'Express runs the steps of a route in their order, and goes on only when one calls `next`: what stands behind the answer is passed over.',
  effects: { maintenance: 'What the step does, a cache, a clean-up or a check, is not done.' },
  fix: {
    say: 'Put it before the handler, or do its work where the answer is sent.',
    code: { Express: "router.get('/orders', cached(60), listOrders)" },
  },
}
