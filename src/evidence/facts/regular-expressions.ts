import { isString, literalText, pathOf, type Node } from '../parse/ast.ts'
import { goingBy, plainCallsOf } from '../parse/by-name.ts'
import { atOnce } from '../parse/once.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { readPositions, type Positions } from './pattern-positions.ts'

/** A regular expression with its text. */
export type Pattern = { node: Node; pattern: string; flags: string }

/** The regular expressions written in a file, also as texts: `new RegExp('^a+$')`. */
export const patternsIn = atOnce((file: SourceFile): Pattern[] => [
  ...file.literals.flatMap((node) => ('regex' in node ? [{ node, ...node.regex }] : [])),
  ...goingBy(plainCallsOf(file), 'RegExp').flatMap((node) => {
    const [given, flags] = node.arguments
    const pattern = given && patternText(given, file)
    return pattern === undefined ? [] : [{ node, pattern, flags: literalText(flags) ?? '' }]
  }),
])

/** A text, also as `String.raw` and by its name. */
function patternText(node: Node, file: SourceFile): string | undefined {
  if (node.type === 'TaggedTemplateExpression' && pathOf(node.tag) === 'String.raw')
    return node.quasi.expressions.length === 0 ? node.quasi.quasis[0]?.value.raw : undefined
  const binding = node.type === 'Identifier' ? lookUp(file.scopes, node, node.name) : undefined
  if (!binding) return isString(node) ? literalText(node) : undefined
  const { init, writes, path } = binding
  return init && init.type !== 'Identifier' && writes.length === 0 && path.length === 0
    ? patternText(init, file)
    : undefined
}

/**
 * Why a pattern can take exponential time, or time that grows with the third power of the text's length and more;
 * undefined when it cannot, or is too large to say. After Weideman et al., "Analyzing matching time behavior of
 * backtracking regular expression matchers by using ambiguity of NFA" (2016).
 */
export function slowness(pattern: string, flags: string): 'exponential' | 'polynomial' | undefined {
  const repeats = pattern.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0
  if (repeats === 0 || (repeats === 1 && !pattern.includes('|'))) return undefined
  const positions = readPositions(pattern, flags)
  if (!positions) return undefined
  const loops = loopsOf(positions).filter((loop) => canFailAfter(loop, positions, pattern))
  if (loops.some((loop) => isAmbiguous(loop, positions))) return 'exponential'
  return longestChain(loops, positions) > 2 ? 'polynomial' : undefined
}

type Loop = ReadonlySet<number>

/** Pairs of positions are looked at, and their number grows with the square. */
const largestLoop = 20

/** Sets of positions that lead back to each other without a near end. */
function loopsOf({ follow, endless }: Positions): Loop[] {
  const reach = follow.map((_, from) => reachable([from], (at) => [...(follow[at]?.keys() ?? [])]))
  const loops = new Map<string, Loop>()
  for (const [from, to] of reach.entries()) {
    if (!to.has(from)) continue
    const loop = [...to].filter((other) => reach[other]?.has(from)).toSorted((a, b) => a - b)
    loops.set(loop.join(), new Set(loop))
  }
  return [...loops.values()].filter((loop) => endless.some(([before, after]) => loop.has(before) && loop.has(after)))
}

/** What is reached in one step and more. */
function reachable<T>(start: readonly T[], next: (at: T) => readonly T[]): Set<T> {
  const found = new Set<T>()
  const open = [...start]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const to of next(at)) {
      if (found.has(to)) continue
      found.add(to)
      open.push(to)
    }
  }
  return found
}

/** A loop that the pattern may end with takes what it can, and never has to try again; nor one that takes anything. */
function canFailAfter(loop: Loop, { last, follow, sets, alphabet }: Positions, pattern: string): boolean {
  if (!last.some((at) => loop.has(at))) return true
  if (!/\$\)*$/.test(pattern)) return false
  const goesOn = (at: number, char: string) => [...(follow[at]?.keys() ?? [])].some((to) => sets[to]?.has(char))
  return [...loop].some((at) => !last.includes(at) || alphabet.some((char) => !goesOn(at, char)))
}

/** Two ways through a loop take the same text. */
function isAmbiguous(loop: Loop, { sets, follow }: Positions): boolean {
  for (const at of loop) {
    const ways = follow[at]
    if (ways && [...ways].some(([to, count]) => loop.has(to) && count > 1)) return true
  }
  if (loop.size > largestLoop) return false
  const size = sets.length
  const next = (pair: number): number[] => {
    const [one, other] = [Math.floor(pair / size), pair % size]
    return inLoop(one).flatMap((a) => inLoop(other).flatMap((b) => (meet(sets[a], sets[b]) ? [a * size + b] : [])))
  }
  const inLoop = (at: number): number[] => [...(follow[at]?.keys() ?? [])].filter((to) => loop.has(to))
  return [...loop].some((at) => {
    const pairs = reachable([at * size + at], next)
    return [...pairs].some(
      (pair) => Math.floor(pair / size) !== pair % size && reachable([pair], next).has(at * size + at),
    )
  })
}

function meet(one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): boolean {
  return one !== undefined && other !== undefined && !one.isDisjointFrom(other)
}

/** How many loops stand one after the other that some text can be divided among in any way. */
function longestChain(loops: readonly Loop[], positions: Positions): number {
  const after = new Map<Loop, Loop[]>(
    loops.map((loop) => [loop, loops.filter((other) => other !== loop && divides(loop, other, positions))]),
  )
  const length = (loop: Loop, seen: readonly Loop[]): number =>
    1 +
    Math.max(
      0,
      ...(after.get(loop) ?? []).filter((next) => !seen.includes(next)).map((next) => length(next, [...seen, next])),
    )
  return Math.max(0, ...loops.map((loop) => length(loop, [loop])))
}

/** Some text leads round the first loop, from the first to the second, and round the second. */
function divides(one: Loop, other: Loop, { sets, follow }: Positions): boolean {
  const size = sets.length
  if (size > 30) return false
  const [p] = one
  const [q] = other
  if (p === undefined || q === undefined) return false
  const next = (at: number): number[] => {
    const [a, b, c] = [Math.floor(at / size / size), Math.floor(at / size) % size, at % size]
    const found: number[] = []
    for (const x of follow[a]?.keys() ?? []) {
      if (!one.has(x)) continue
      for (const y of follow[b]?.keys() ?? []) {
        const both = sets[x]?.intersection(sets[y] ?? new Set())
        if (!both?.size) continue
        for (const z of follow[c]?.keys() ?? [])
          if (other.has(z) && meet(both, sets[z])) found.push((x * size + y) * size + z)
      }
    }
    return found
  }
  return reachable([(p * size + p) * size + q], next).has((p * size + q) * size + q)
}
