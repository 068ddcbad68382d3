import type { ModuleGroup } from './group-modules.ts'

/** `imports` counts the files of `from` that load something of `to`. */
export interface GroupEdge {
  from: number
  to: number
  imports: number
  /** Files of both load each other in a ring. */
  inRing: boolean
  /** Goes against the rest: without such edges the groups would have an order. */
  upward: boolean
}

/**
 * Which groups load which, by their places in the list; the heaviest ways give the order, and what longer ways say
 * already is left out. `cycles` are the rings of files.
 */
export function connectGroups(
  groups: readonly ModuleGroup[],
  cycles: readonly (readonly string[])[] = [],
): GroupEdge[] {
  const downward: GroupEdge[] = []
  const against: GroupEdge[] = []
  for (const edge of countEdges(groups, cycles).toSorted((a, b) => b.imports - a.imports)) {
    const upward = reaches(edge.to, edge.from, downward)
    ;(upward ? against : downward).push({ ...edge, upward })
  }
  return [...downward.filter((edge) => edge.inRing || !isImplied(edge, downward)), ...against]
}

type Counted = Omit<GroupEdge, 'upward'>

function countEdges(groups: readonly ModuleGroup[], cycles: readonly (readonly string[])[]): Counted[] {
  const ringsOf = new Map<string, Set<number>>()
  for (const [ring, paths] of cycles.entries())
    for (const path of paths) ringsOf.set(path, (ringsOf.get(path) ?? new Set()).add(ring))
  const shareRing = (a: string, b: string) => !(ringsOf.get(a)?.isDisjointFrom(ringsOf.get(b) ?? new Set()) ?? true)
  const groupOf = new Map(groups.flatMap(({ files }, index) => files.map(({ path }) => [path, index] as const)))
  const edges = new Map<string, Counted>()
  for (const [from, { files }] of groups.entries())
    for (const { path, imports } of files)
      for (const [to, loaded] of Map.groupBy(imports, (each) => groupOf.get(each) ?? from))
        if (to !== from) {
          const known = edges.get(`${from} ${to}`)
          const inRing = (known?.inRing ?? false) || loaded.some((each) => shareRing(path, each))
          edges.set(`${from} ${to}`, { from, to, imports: (known?.imports ?? 0) + 1, inRing })
        }
  return [...edges.values()]
}

function isImplied(edge: GroupEdge, edges: readonly GroupEdge[]): boolean {
  const others = edges.filter((other) => other !== edge)
  return reaches(edge.from, edge.to, others)
}

function reaches(start: number, goal: number, edges: readonly Counted[]): boolean {
  const seen = new Set([start])
  const waiting = [start]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { from, to } of edges)
      if (from === at && !seen.has(to)) {
        seen.add(to)
        waiting.push(to)
      }
  return seen.has(goal)
}
