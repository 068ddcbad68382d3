import type { PaidDepth } from './plan-calls.ts'
import { narrativePlans } from './plan-calls.ts'
import { rankFiles, type RankingContext, type TargetFile } from './rank-files.ts'

export interface PlannedFile<File extends TargetFile = TargetFile> {
  readonly file: File
  /** Undefined: the whole file. */
  readonly partTokens: number | undefined
  readonly tokens: number
}

export interface ReadingPlan<File extends TargetFile = TargetFile> {
  readonly files: readonly PlannedFile<File>[]
  readonly tokens: number
  /** What may become of that when the files beside a change are known too. */
  readonly mostTokens: number
}

/** A part smaller than this says too little to be worth sending. */
const smallestPartTokens = 600
/** A line of code has about 32 characters and gets a number of about 7. */
const numbering = 1.22
const bytesPerToken = 3.5
/** The path and the marks around a file. */
const envelopeTokens = 60

/** Tokens of a file with line numbers, from its size alone; on the high side, as `estimateTokens` is. */
function estimateFileTokens(bytes: number): number {
  return Math.ceil((bytes * numbering) / bytesPerToken) + envelopeTokens
}

/** Which files fit what the model reads at a depth, best first; the same files give the same plan. */
export function planReading<File extends TargetFile>(
  files: readonly File[],
  context: RankingContext & { readonly depth: PaidDepth },
): ReadingPlan<File> {
  const { readTokens, fileTokens, besideTokens } = narrativePlans[context.depth]
  const changed = context.changed && new Set(context.changed)
  const planned: PlannedFile<File>[] = []
  let left = readTokens
  let leftBeside = changed ? besideTokens : readTokens
  for (const file of rankFiles(files, context)) {
    const whole = estimateFileTokens(file.bytes)
    const isBeside = changed !== undefined && !changed.has(file.path)
    const room = Math.min(left, fileTokens, isBeside ? leftBeside : left)
    if (whole > room && room < smallestPartTokens) continue
    const tokens = Math.min(whole, room)
    planned.push({ file, tokens, partTokens: whole > room ? room : undefined })
    left -= tokens
    if (isBeside) leftBeside -= tokens
  }
  const isWholeTarget = changed === undefined
  return {
    files: planned,
    tokens: readTokens - left,
    mostTokens: isWholeTarget ? readTokens - left : Math.min(readTokens, readTokens - left + leftBeside),
  }
}
