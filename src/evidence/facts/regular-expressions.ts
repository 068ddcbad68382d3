import type { Of } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { readPositions, type Positions } from './pattern-positions.ts'

/** The regular expressions written in a file. */
export const patternsIn = once((file: SourceFile) =>
  file.literals.filter((literal): literal is RegExpLiteral => 'regex' in literal),
)
type RegExpLiteral = Extract<Of<'Literal'>, { regex: unknown }>

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

/** Sets of positions that lead back to each other. */
function loopsOf({ follow }: Positions): Loop[] {
  const reach = follow.map((_, from) => reachable([from], (at) => [...(follow[at]?.keys() ?? [])]))
  const loops = new Map<string, Loop>()
  for (const [from, to] of reach.entries()) {
    if (!to.has(from)) continue
    const loop = [...to].filter((other) => reach[other]?.has(from)).toSorted((a, b) => a - b)
    loops.set(loop.join(), new Set(loop))
  }
  return [...loops.values()]
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

/** A loop that the pattern may end with takes what it can, and never has to try again. */
function canFailAfter(loop: Loop, { last }: Positions, pattern: string): boolean {
  return !last.some((at) => loop.has(at)) || /\$\)*$/.test(pattern)
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
