import type { CodeHost } from '../reviews/code-host.ts'
import type { DecisionLinks } from '../reviews/link-decisions.ts'
import type { Narrate, OnProgress } from '../reviews/narrate.ts'
import type { ReviewPorts } from '../reviews/ports.ts'
import type { ReviewCode } from '../reviews/read-review-code.ts'
import { describeFiles } from '../reviews/describe-ledger.ts'
import { renderReview } from '../reviews/report/render.ts'
import type { Depth, ReviewReport, Severity } from '../reviews/review.ts'
import { runReview } from '../reviews/run-review.ts'
import { isAtLeast } from '../reviews/severity.ts'
import { readLocalCode } from './read-local-code.ts'
import { readReviewOptions, reviewHelp, type ReviewOptions } from './review-options.ts'

export interface ReviewOutcome {
  output: string
  exitCode: 0 | 1 | 2 | 3
  /** There is no report: the output is one sentence for people. */
  isRefused?: true
}

export interface AskedDepth {
  code: ReviewCode
  /** Where the code was read; undefined for a folder. */
  host: CodeHost | undefined
  depth: Exclude<Depth, 'facts'>
}

export interface PaidDepth {
  narrate: Narrate
  /** The most it may cost, in US dollars. */
  capUsd: number | undefined
}

/** What the command needs; built only when the arguments can be used. What not every review needs is loaded when asked for. */
export interface ReviewTools {
  openHost: () => Promise<CodeHost>
  ports: Omit<ReviewPorts, 'permalink' | 'narrate'>
  /** One sentence when the depth cannot be had, such as without a key. */
  openDepth: (asked: AskedDepth) => Promise<PaidDepth | string>
  onProgress: OnProgress
}

/**
 * Runs `review <folder or GitHub address> [options]` and gives what to print; exit codes as `--help` says. Stopped, it
 * gives what is verified so far.
 */
export async function review(
  args: readonly string[],
  buildTools: () => ReviewTools,
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const options = readReviewOptions(args)
  if (typeof options === 'string') return refuse(options)
  if ('help' in options) return { output: reviewHelp, exitCode: 0 }
  const tools = buildTools()
  const host = isAddress(options.target) ? await tools.openHost() : undefined
  const code = await readCode(options, host, tools.onProgress, signal)
  if (typeof code === 'string') return refuse(code)
  if (options.decisions) {
    const { checkCode } = await import('./check-code.ts')
    return checkCode(code, options.format, toLinks(code, host))
  }
  const { depth } = options
  const paid = depth === 'facts' ? undefined : await tools.openDepth({ code, host, depth })
  if (typeof paid === 'string') return refuse(paid)
  const ports = toPorts(tools, toLinks(code, host), { isOffline: options.isOffline, paid })
  const run = await runReview(toRequest(code, depth, paid?.capUsd), ports, tools.onProgress, signal)
  const { report } = run
  if (isEmpty(report))
    return refuse(`There is nothing to review in ${report.target.label}: ${describeFiles(report.ledger)}`)
  return { output: renderReview(run, options.format), exitCode: exitCodeOf(report, options.failOn) }
}

/** The rules went through all of it and there was nothing that they read; of a change that is an answer. */
function isEmpty({ ledger, findings, target, ending }: ReviewReport): boolean {
  return ledger.read + ledger.inPart + findings.length === 0 && !target.change && ending.kind === 'complete'
}

function exitCodeOf(report: ReviewReport, failOn: Severity | undefined): 0 | 1 | 3 {
  if (reaches(report, failOn)) return 1
  return report.ending.kind === 'complete' ? 0 : 3
}

function refuse(sentence: string): ReviewOutcome {
  return { output: `${sentence}\n`, exitCode: 2, isRefused: true }
}

async function readCode(
  options: ReviewOptions,
  host: CodeHost | undefined,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ReviewCode | string> {
  if (!host) return readLocalCode(options.target, options.base)
  const { readHostedCode } = await import('./read-hosted-code.ts')
  try {
    return await readHostedCode(host, options, signal, onProgress)
  } catch (error) {
    if (!signal.aborted) throw error
    return 'Stopped before the code was read, so there is no report.'
  }
}

function isAddress(target: string): boolean {
  return /^(?:git\+)?(?:https?|ssh|git):\/\/|^git@|^(?:www\.)?github\.com\//i.test(target)
}

function toRequest(code: ReviewCode, depth: Depth, capUsd: number | undefined) {
  return { code, depth, capUsd, language: undefined, kept: undefined, keep: async () => undefined }
}

function toLinks({ target: { pin } }: ReviewCode, host: CodeHost | undefined): DecisionLinks {
  if (!pin || !host) return { repositoryUrl: undefined, permalink: undefined }
  return {
    repositoryUrl: `${host.hosts.webOrigin}/${pin.owner}/${pin.name}`,
    permalink: (path, start, end) => host.permalink(pin, path, { start, end }),
  }
}

function toPorts(
  { ports: { readPackages, ...ports } }: ReviewTools,
  { permalink }: DecisionLinks,
  { isOffline, paid }: { isOffline: boolean; paid: PaidDepth | undefined },
): ReviewPorts {
  return {
    ...ports,
    ...(readPackages && !isOffline && { readPackages }),
    ...(paid && { narrate: paid.narrate }),
    ...(permalink && { permalink }),
  }
}

function reaches({ findings, target }: ReviewReport, least: Severity | undefined): boolean {
  if (least === undefined) return false
  return findings.some(({ severity, origin }) => isAtLeast(severity, least) && (!target.change || origin === 'new'))
}
