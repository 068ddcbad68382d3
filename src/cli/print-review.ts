import { readCodeConfig, readEnvironment } from '../config.ts'
import { clearProgress } from './progress-line.ts'
import { buildReviewTools } from './review-tools.ts'
import { review } from './review.ts'

const sameKeyMs = 500

/** Runs `review` and prints its report, or on standard error why there is none; sets the exit code. */
export async function printReview(args: readonly string[]): Promise<boolean> {
  const build = () => buildReviewTools(readCodeConfig(readEnvironment()))
  const { output, exitCode, isRefused } = await review(args, build, stopOnInterrupt())
  clearProgress(process.stderr)
  const stream = isRefused ? process.stderr : process.stdout
  stream.write(output)
  process.exitCode = exitCode
  return exitCode === 0
}

/** Ctrl-C ends a review with what it has; pressed again a moment later, it ends the program. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  const onInterrupt = () => {
    stop.abort()
    // npm passes on what the terminal has sent us already: the same key twice.
    setTimeout(() => process.off('SIGINT', onInterrupt), sameKeyMs).unref()
  }
  process.on('SIGINT', onInterrupt)
  return stop.signal
}
