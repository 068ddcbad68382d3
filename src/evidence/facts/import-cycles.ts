import { append } from '../../lib/append.ts'
import type { ImportEdge } from './imports.ts'

/** Rings of files that import each other at run time (Tarjan); type-only and lazy imports do not count. */
export function findCycles(imports: readonly ImportEdge[]): string[][] {
  const next = new Map<string, string[]>()
  for (const edge of imports) {
    if (edge.to === undefined || edge.typeOnly || edge.lazy) continue
    append(next, edge.from, edge.to)
  }
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const rings: string[][] = []
  const close = (at: string): void => {
    const ring: string[] = []
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      onStack.delete(top)
      ring.unshift(top)
      if (top === at) break
    }
    if (ring.length > 1) rings.push(ring)
  }
  for (const start of next.keys()) {
    if (order.has(start)) continue
    const work: { at: string; index: number }[] = [{ at: start, index: 0 }]
    while (work.length > 0) {
      const frame = work.at(-1)
      if (!frame) break
      if (frame.index === 0) {
        order.set(frame.at, order.size)
        low.set(frame.at, order.get(frame.at) ?? 0)
        stack.push(frame.at)
        onStack.add(frame.at)
      }
      const child = next.get(frame.at)?.[frame.index]
      frame.index += 1
      if (child === undefined) {
        work.pop()
        if (low.get(frame.at) === order.get(frame.at)) close(frame.at)
        const parent = work.at(-1)
        if (parent) low.set(parent.at, Math.min(low.get(parent.at) ?? 0, low.get(frame.at) ?? 0))
      } else if (!order.has(child)) work.push({ at: child, index: 0 })
      else if (onStack.has(child)) low.set(frame.at, Math.min(low.get(frame.at) ?? 0, order.get(child) ?? 0))
    }
  }
  return rings
}
