import { readVisibleText } from './visible-lines.ts'

const maxParts = 12

/** An ellipsis on its own line, after a comment sign or not: `…`, `// ...`, `/* … *\/`, `# ...`. */
const ellipsisLine = /^(?:\/\/|#|\/\*|<!--|--)? ?(?:\.{3}|…) ?(?:\*\/|-->)?$/

/**
 * The parts of a quote that have to stand in the file one after the other. The first reading takes every dot for code,
 * since `...` is also JavaScript; the second takes an ellipsis that stands alone for something the quote leaves out.
 */
export function readQuoteParts(quote: string): string[][] {
  const whole = readVisibleText(quote).text
  if (whole === '') return []
  const parts = splitAtEllipses(whole)
  const isDivided = parts.length !== 1 || parts[0] !== whole
  return isDivided && parts.length > 0 && parts.length <= maxParts ? [[whole], parts] : [[whole]]
}

function splitAtEllipses(visible: string): string[] {
  const parts: string[][] = [[]]
  for (const row of visible.split('\n')) {
    if (ellipsisLine.test(row)) {
      parts.push([])
      continue
    }
    const [first = '', ...rest] = row.split(/…|(?<= |^)\.{3}(?= |$)/)
    parts.at(-1)?.push(first.trim())
    for (const piece of rest) parts.push([piece.trim()])
  }
  return parts.map((rows) => rows.filter(Boolean).join('\n')).filter(Boolean)
}
