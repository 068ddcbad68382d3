import { graphlib, layout } from '@dagrejs/dagre'
import type { GroupEdge } from './connect-groups.ts'

interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  width: number
  height: number
}

export interface Layout {
  width: number
  height: number
  boxes: readonly Box[]
  /** The bends of each edge, in the order of the edges. */
  lines: readonly (readonly Point[])[]
}

const margin = 24
const directions = ['TB', 'LR'] as const

/** Places boxes in layers, what loads before what is loaded, from the top or from the left, whichever is narrower. The same input gives the same picture. */
export function layoutGroups(sizes: readonly { width: number; height: number }[], edges: readonly GroupEdge[]): Layout {
  const layouts = directions.map((direction) => layoutIn(direction, sizes, edges))
  return layouts.reduce((best, other) => (other.width < best.width ? other : best))
}

function layoutIn(
  rankdir: (typeof directions)[number],
  sizes: readonly { width: number; height: number }[],
  edges: readonly GroupEdge[],
): Layout {
  const graph = new graphlib.Graph<object, Box, { points: Point[] }>({ multigraph: true })
  graph.setGraph({ rankdir, nodesep: 24, ranksep: rankdir === 'TB' ? 56 : 72, edgesep: 12 })
  for (const [index, { width, height }] of sizes.entries()) graph.setNode(String(index), { x: 0, y: 0, width, height })
  for (const { from, to, imports, upward } of edges) {
    // What goes against the rest is placed as if it went the other way, so that it bends nothing else.
    const [upper, lower] = upward ? [to, from] : [from, to]
    graph.setEdge(String(upper), String(lower), { points: [], weight: upward ? 0 : imports }, String(upward))
  }
  layout(graph)
  const boxes = sizes.map((_, index) => graph.node(String(index)))
  const lines = edges.map(({ from, to, upward }) =>
    upward
      ? graph.edge(String(to), String(from), 'true').points.toReversed()
      : graph.edge(String(from), String(to), 'false').points,
  )
  return moveIntoView(boxes, lines)
}

/** Bends may lie outside of what dagre calls the graph. */
function moveIntoView(boxes: readonly Box[], lines: readonly (readonly Point[])[]): Layout {
  const corners = boxes.flatMap(({ x, y, width, height }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ])
  const points = [...corners, ...lines.flat()]
  const left = Math.min(...points.map(({ x }) => x)) - margin
  const top = Math.min(...points.map(({ y }) => y)) - margin
  const move = <T extends Point>(point: T): T => ({ ...point, x: point.x - left, y: point.y - top })
  return {
    width: Math.max(...points.map(({ x }) => x)) - left + margin,
    height: Math.max(...points.map(({ y }) => y)) - top + margin,
    boxes: boxes.map(move),
    lines: lines.map((line) => line.map(move)),
  }
}
