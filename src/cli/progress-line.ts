import type { WriteStream } from 'node:tty'
import type { OnProgress, Progress } from '../reviews/narrate.ts'

const words: Readonly<Record<Progress['step'], string>> = {
  resolve: 'finding it',
  fetch: 'reading files',
  packages: 'asking the package registry',
  parse: 'applying rules',
  base: 'applying rules to the base',
  narrate: 'asking the model',
  verify: 'checking claims',
  report: 'writing the report',
}

/** Shows how far a review is on one line of a terminal, and nothing where the stream is none. */
export function createProgressLine(stream: Pick<WriteStream, 'isTTY' | 'write'>): OnProgress {
  if (!stream.isTTY) return () => undefined
  return ({ step, done, total, detail }) => {
    const count = total === undefined ? `${done}` : `${done}/${total}`
    const line = step === 'report' ? '' : `${words[step]} ${count}${detail ? ` ${detail}` : ''}`
    // Back to the start of the line, and clear it.
    stream.write(`\r\u001b[2K${line}`)
  }
}
