/** A stretch of a text, from `at` to before `end`, and what takes its place; both are the same for an insertion. */
export interface Edit {
  at: number
  end: number
  text: string
}

/** The text with all edits made; of two that overlap, the one that begins first counts. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ''
  let done = 0
  for (const edit of edits.toSorted((a, b) => a.at - b.at)) {
    if (edit.at < done) continue
    result += text.slice(done, edit.at) + edit.text
    done = edit.end
  }
  return result + text.slice(done)
}

export function insertion(at: number, text: string): Edit {
  return { at, end: at, text }
}
