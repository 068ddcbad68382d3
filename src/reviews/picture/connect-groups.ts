import type { ModuleGroup } from './group-modules.ts'

/** `imports` counts the files of `from` that load something of `to`. */
export interface GroupEdge {
  from: number
  to: number
  imports: number
  /** Goes against the rest: without such edges no groups would load each other in a ring. */
  closesRing: boolean
}

/** Which groups load which, by their places in the list: the heaviest ways first, what goes against them is what closes rings, and what longer ways say already is left out. */
export function connectGroups(groups: readonly ModuleGroup[]): GroupEdge[] {
  const downward: GroupEdge[] = []
  const closing: GroupEdge[] = []
  for (const edge of countEdges(groups).toSorted((a, b) => b.imports - a.imports)) {
    const closesRing = reaches(edge.to, edge.from, downward)
    ;(closesRing ? closing : downward).push({ ...edge, closesRing })
  }
  return [...downward.filter((edge) => !isImplied(edge, downward)), ...closing]
}

type Counted = Omit<GroupEdge, 'closesRing'>

function countEdges(groups: readonly ModuleGroup[]): Counted[] {
  const groupOf = new Map(groups.flatMap(({ files }, index) => files.map(({ path }) => [path, index] as const)))
  const edges = new Map<string, Counted>()
  for (const [from, { files }] of groups.entries())
    for (const { imports } of files)
      for (const to of new Set(imports.flatMap((path) => groupOf.get(path) ?? [])))
        if (to !== from) {
          const known = edges.get(`${from} ${to}`)
          edges.set(`${from} ${to}`, { from, to, imports: (known?.imports ?? 0) + 1 })
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
