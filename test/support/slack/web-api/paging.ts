import type { Args } from '../args.ts'
import { Refusal } from '../refusal.ts'

interface Page<T> {
  items: T[]
  hasMore: boolean
  metadata: { next_cursor: string }
}

/** One page of a list by `limit` and `cursor`; a cursor is the opaque position of the next item. */
export function takePage<T>(all: T[], args: Args, limits: { fallback: number; max: number }): Page<T> {
  const limit = Math.min(args.count('limit') || limits.fallback, limits.max)
  const start = readCursor(args.text('cursor'))
  const end = start + limit
  const hasMore = end < all.length
  return {
    items: all.slice(start, end),
    hasMore,
    metadata: { next_cursor: hasMore ? Buffer.from(`next:${end}`).toString('base64') : '' },
  }
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0
  const match = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))
  if (!match) throw new Refusal('invalid_cursor')
  return Number(match[1])
}
