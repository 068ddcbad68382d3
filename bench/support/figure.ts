import { describeMachine } from './machine.ts'

/** One measured number beside what it is measured against. */
export interface Figure {
  name: string
  ours: string
  /** The peer or limit, with its own number. */
  against: string
  ratio: number
  /** What the ratio should be; none where a number is only told. */
  aim?: { least: number } | { most: number }
}

export type Measurement = () => Promise<Figure[]>

const heads = ['Figure', 'Architect', 'Against', 'Ratio', 'Aim', '']

/** Takes the measurements one after another and prints the machine and one table. */
export async function report(measurements: readonly Measurement[]): Promise<void> {
  console.log(await describeMachine())
  const figures: Figure[] = []
  for (const measure of measurements) figures.push(...(await measure()))
  console.log(`\n${layOut([heads, ...figures.map(toRow)])}`)
}

/** A line on standard error, so that a long run shows where it is. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

export function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`
}

export function formatRate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`
}

export function formatMb(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(0)} MB`
}

function toRow({ name, ours, against, ratio, aim }: Figure): string[] {
  const told = [name, ours, against, ratio.toFixed(2)]
  if (!aim) return [...told, 'none', '']
  const isMet = 'least' in aim ? ratio >= aim.least : ratio <= aim.most
  const wanted = 'least' in aim ? `at least ${aim.least.toFixed(1)}` : `at most ${aim.most.toFixed(1)}`
  return [...told, wanted, isMet ? 'met' : 'NOT MET']
}

function layOut(rows: readonly string[][]): string {
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
