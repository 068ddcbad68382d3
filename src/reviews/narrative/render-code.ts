import { wrapUntrusted } from '../../agent/envelope.ts'
import { numberLines } from '../../agent/tools/number-lines.ts'
import { estimateTokens } from '../../claude/estimate-tokens.ts'

export interface RenderedFile {
  readonly text: string
  /** False when lines were left out or cut. */
  readonly isWhole: boolean
}

/** Lines shown before and after a line that matters. */
const around = 12
const headLines = 40

/**
 * A file as the model sees it: in an envelope, with line numbers. With `partTokens`, only its beginning and the lines
 * around `lines`, as many as fit.
 */
export function renderFile(
  path: string,
  text: string,
  part: { readonly tokens: number; readonly lines: readonly number[] } | undefined,
): RenderedFile {
  const total = text.split('\n').length
  const ranges = part ? chooseRanges(text, total, part) : [{ from: 1, to: total }]
  const shown = ranges.flatMap(({ from, to }) => numberLines(text, from, to, to - from + 1)?.text ?? [])
  const isWhole = !part && !shown.some((rows) => rows.includes('more characters in this line]'))
  const said = ranges.map(({ from, to }) => `${from}-${to}`).join(', ')
  const head = `${oneLine(path)}${part ? ` (lines ${said} of ${total})` : ''}`
  const content = `${head}\n${shown.join('\n[lines left out]\n')}`
  return { text: wrapUntrusted(content, 'code', content.length * 2).text, isWhole }
}

function oneLine(path: string): string {
  return path.replace(/\p{Cc}/gu, '?')
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The head first, then what surrounds each line that matters, in the order given, until the budget is used. */
function chooseRanges(
  text: string,
  total: number,
  { tokens, lines }: { readonly tokens: number; readonly lines: readonly number[] },
): Range[] {
  const costs = text.split('\n').map((line) => estimateTokens(line.slice(0, 420)) + 2)
  const wanted = [
    { from: 1, to: headLines },
    ...lines.map((line) => ({ from: line - around, to: line + around })),
    { from: 1, to: total },
  ]
  const chosen = new Set<number>()
  let left = tokens
  for (const { from, to } of wanted) {
    for (let line = Math.max(1, from); line <= Math.min(total, to); line += 1) {
      const cost = costs[line - 1] ?? 0
      if (chosen.has(line)) continue
      if (cost > left) return toRanges(chosen)
      chosen.add(line)
      left -= cost
    }
  }
  return toRanges(chosen)
}

function toRanges(lines: ReadonlySet<number>): Range[] {
  const ranges: Range[] = []
  for (const line of [...lines].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last.to === line - 1) ranges[ranges.length - 1] = { from: last.from, to: line }
    else ranges.push({ from: line, to: line })
  }
  return ranges
}
