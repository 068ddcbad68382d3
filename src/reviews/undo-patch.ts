type Sign = ' ' | '+' | '-'

interface Hunk {
  newStart: number
  newCount: number
  lines: { sign: Sign; text: string }[]
}

/** The text before a unified patch was applied; undefined when the patch does not belong to this text. */
export function undoPatch(after: string, patch: string): string | undefined {
  const lines = after.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const before: string[] = []
  let at = 0
  for (const hunk of readHunks(patch)) {
    // A hunk without lines on the new side names the line before it.
    const start = hunk.newCount === 0 ? hunk.newStart : hunk.newStart - 1
    if (start < at || start > lines.length) return undefined
    before.push(...lines.slice(at, start))
    at = start
    for (const { sign, text } of hunk.lines) {
      const line = lines[at] ?? ''
      if (sign !== '-' && (at >= lines.length || plain(line) !== plain(text))) return undefined
      if (sign === '-') before.push(text)
      if (sign === ' ') before.push(line)
      if (sign !== '-') at += 1
    }
  }
  return [...before, ...lines.slice(at)].join('')
}

function readHunks(patch: string): Hunk[] {
  const hunks: Hunk[] = []
  for (const row of patch.split('\n')) {
    const head = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(row)
    const hunk = hunks.at(-1)
    if (head) hunks.push({ newStart: Number(head[1]), newCount: Number(head[2] ?? 1), lines: [] })
    else if (hunk) readRow(row, hunk)
  }
  return hunks
}

function readRow(row: string, { lines }: Hunk): void {
  const last = lines.at(-1)
  // "\ No newline at end of file" is about the line above it.
  if (row.startsWith('\\') && last) last.text = plain(last.text)
  const sign = row.charAt(0)
  if (sign === ' ' || sign === '+' || sign === '-') lines.push({ sign, text: `${row.slice(1)}\n` })
}

function plain(line: string): string {
  return line.replace(/^\uFEFF/, '').replace(/\n$/, '')
}
