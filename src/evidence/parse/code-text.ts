import type { SourceFile } from './source-file.ts'

/** The text of a node without its comments, which say what was meant and not what is done. */
export function codeText({ start, end }: { start: number; end: number }, { comments, text }: SourceFile): string {
  let code = ''
  let at = start
  for (let index = firstFrom(comments, start); index < comments.length; index += 1) {
    const comment = comments[index]
    if (!comment || comment.start >= end) break
    code += text.slice(at, comment.start)
    at = comment.end
  }
  return code + text.slice(at, end)
}

/** The index of the first item at or after an offset, of items as they are written. */
function firstFrom(items: readonly { start: number }[], offset: number): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.start ?? offset) < offset) low = middle + 1
    else high = middle
  }
  return low
}
