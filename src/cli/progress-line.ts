import type { WriteStream } from 'node:tty'
import type { OnProgress, Progress } from '../reviews/narrate.ts'

const words: Readonly<Record<Exclude<Progress['step'], 'report'>, string>> = {
  resolve: 'finding it',
  fetch: 'reading files',
  packages: 'asking the package registry',
  parse: 'applying rules',
  base: 'applying rules to the base',
  narrate: 'asking the model',
  verify: 'checking claims',
}

type Terminal = Pick<WriteStream, 'isTTY' | 'write'>

/** Shows how far a review is on one line of a terminal, and nothing where the stream is none. */
export function createProgressLine(stream: Terminal): OnProgress {
  if (!stream.isTTY) return () => undefined
  return ({ step, done, total, detail }) => {
    const count = total === undefined ? `${done}` : `${done}/${total}`
    clearProgress(stream)
    if (step !== 'report') stream.write(`${words[step]} ${count}${detail ? ` ${detail}` : ''}`)
  }
}

/** Takes the line away again, so that what follows stands by itself. */
export function clearProgress(stream: Terminal): void {
  // Back to the start of the line, and clear it.
  if (stream.isTTY) stream.write('\r\u001b[2K')
}
