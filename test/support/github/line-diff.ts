type Edit = { sign: ' ' | '-' | '+'; line: string }

const CONTEXT = 3

/** A unified diff's hunks, as GitHub shows them in `patch`, with the counts; undefined patch when nothing differs. */
export function diffLines(before: string, after: string) {
  const edits = compareLines(splitLines(before), splitLines(after))
  const additions = edits.filter(({ sign }) => sign === '+').length
  const deletions = edits.filter(({ sign }) => sign === '-').length
  return { additions, deletions, patch: additions + deletions > 0 ? writeHunks(edits) : undefined }
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

// The longest common subsequence by table; the common start and end are set aside first, so the table stays small.
function compareLines(a: readonly string[], b: readonly string[]): Edit[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ sign: ' ', line }))
  const middle = compareMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))]
}

function compareMiddle(a: readonly string[], b: readonly string[]): Edit[] {
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i]![j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const edits: Edit[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const equal = i < a.length && j < b.length && a[i] === b[j]
    const remove = !equal && i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))
    if (equal) edits.push({ sign: ' ', line: a[i] ?? '' })
    else edits.push(remove ? { sign: '-', line: a[i] ?? '' } : { sign: '+', line: b[j] ?? '' })
    if (equal || remove) i++
    if (!remove) j++
  }
  return edits
}

function writeHunks(edits: readonly Edit[]): string {
  const near = edits.map((_, index) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  )
  const out: string[] = []
  for (let index = 0, oldLine = 1, newLine = 1; index < edits.length;) {
    let length = 0
    while (near[index + length] && index + length < edits.length) length++
    const hunk = edits.slice(index, index + Math.max(length, 1))
    const oldCount = hunk.filter(({ sign }) => sign !== '+').length
    const newCount = hunk.filter(({ sign }) => sign !== '-').length
    if (length > 0)
      out.push(writeHead(oldLine, oldCount, newLine, newCount), ...hunk.map(({ sign, line }) => sign + line))
    oldLine += oldCount
    newLine += newCount
    index += hunk.length
  }
  return out.join('\n')
}

function writeHead(oldLine: number, oldCount: number, newLine: number, newCount: number): string {
  return `@@ -${writeSpan(oldLine, oldCount)} +${writeSpan(newLine, newCount)} @@`
}

// A span of no lines names the line before it, and a span of one line leaves its count out.
function writeSpan(line: number, count: number): string {
  if (count === 0) return `${line - 1},0`
  return count === 1 ? String(line) : `${line},${count}`
}
