import type { Progress } from '../narrate.ts'

const steps = {
  resolve: 'Looking it up',
  fetch: 'Fetching the code',
  base: 'Reading what it was before',
  parse: 'Reading it by rules',
  packages: 'Asking the package registry',
  narrate: 'Reading it with the model',
  verify: 'Checking every claim',
  report: 'Writing the report',
} as const satisfies Record<Progress['step'], string>

/** The steps of a review so far, one a line, the last one under way; every count is a real one. */
export class ProgressLines {
  readonly #title: string
  readonly #seen = new Map<Progress['step'], Progress>()

  constructor(title: string) {
    this.#title = title
  }

  /** Takes up how far a step is, and gives all lines. */
  add(progress: Progress): string {
    this.#seen.delete(progress.step)
    this.#seen.set(progress.step, progress)
    const lines = [...this.#seen.values()].map((each) => describe(each, each === progress))
    return [`*${this.#title}*`, ...lines].join('\n')
  }
}

function describe({ step, done, total, detail }: Progress, underWay: boolean): string {
  const of = total === undefined ? '' : ` of ${total.toLocaleString('en-US')}`
  const counted = done > 0 || total !== undefined ? `: ${done.toLocaleString('en-US')}${of}` : ''
  const about = underWay && detail ? ` (${detail})` : ''
  return `${steps[step]}${counted}${about}${underWay ? '…' : ', done'}`
}
