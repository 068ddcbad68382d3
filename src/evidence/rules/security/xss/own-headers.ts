import type { Trace } from '../../../facts/trace.ts'

/** A header that no link of another site sets: the caller alone sends it, to a page of its own. All but the page a link stands on. */
export function isOwnHeader({ kind, keys, source: { file, node } }: Trace): boolean {
  return kind === 'headers' && !/refer/i.test(`${keys.join(' ')} ${file.text.slice(node.start, node.end + 12)}`)
}
