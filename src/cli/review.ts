import type { CodeHost } from '../reviews/code-host.ts'
import type { DecisionLinks } from '../reviews/link-decisions.ts'
import type { OnProgress } from '../reviews/narrate.ts'
import type { ReviewPorts } from '../reviews/ports.ts'
import { readReviewCode, type ReviewCode } from '../reviews/read-review-code.ts'
import { describeFiles } from '../reviews/describe-ledger.ts'
import { renderReview } from '../reviews/report/render.ts'
import { resolveReview, type ReviewSubject } from '../reviews/resolve-review.ts'
import type { Depth, ReviewReport, Severity } from '../reviews/review.ts'
import { runReview } from '../reviews/run-review.ts'
import { isAtLeast } from '../reviews/severity.ts'
import { checkCode } from './check-code.ts'
import { readLocalCode } from './read-local-code.ts'
import { readReviewOptions, reviewHelp, type ReviewOptions } from './review-options.ts'

export interface ReviewOutcome {
  output: string
  exitCode: 0 | 1 | 2 | 3
  /** There is no report: the output is one sentence for people. */
  isRefused?: true
}

/** What the command needs; built only when the arguments can be used. */
export interface ReviewTools {
  host: CodeHost
  ports: Omit<ReviewPorts, 'permalink'>
  /** The most a depth may cost, in US dollars; a sentence when it cannot be had, such as without a key. */
  priceDepth: (code: ReviewCode, depth: Exclude<Depth, 'facts'>) => { capUsd: number | undefined } | string
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
  const code = await readCode(options, tools, signal)
  if (typeof code === 'string') return refuse(code)
  if (options.decisions) return checkCode(code, options.format, toLinks(code, tools.host))
  const price = options.depth === 'facts' ? { capUsd: undefined } : tools.priceDepth(code, options.depth)
  if (typeof price === 'string') return refuse(price)
  const run = await runReview(
    toRequest(code, options.depth, price.capUsd),
    toPorts(code, tools, options),
    tools.onProgress,
    signal,
  )
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

async function readCode(options: ReviewOptions, tools: ReviewTools, signal: AbortSignal): Promise<ReviewCode | string> {
  const { target, base } = options
  if (!isAddress(target)) return readLocalCode(target, base)
  try {
    return await readHostedCode(options, tools, signal)
  } catch (error) {
    if (!signal.aborted) throw error
    return 'Stopped before the code was read, so there is no report.'
  }
}

async function readHostedCode(
  { target, base }: ReviewOptions,
  { host, onProgress }: ReviewTools,
  signal: AbortSignal,
): Promise<ReviewCode | string> {
  const subject = await resolveReview(host, target, undefined, signal)
  if (typeof subject === 'string') return subject
  const compared = base === undefined ? subject : await compareWith(host, subject, base, signal)
  return typeof compared === 'string' ? compared : readReviewCode(host, compared, signal, onProgress)
}

function isAddress(target: string): boolean {
  return /^(?:git\+)?(?:https?|ssh|git):\/\/|^git@|^(?:www\.)?github\.com\//i.test(target)
}

async function compareWith(
  host: CodeHost,
  { target: { pin, change } }: ReviewSubject,
  base: string,
  signal: AbortSignal,
): Promise<ReviewSubject | string> {
  if (!pin || change) return 'That address is a change already: use --base with a repository, a branch or a folder.'
  const name = base.split('/').map(encodeURIComponent).join('/')
  const address = `${host.hosts.webOrigin}/${pin.owner}/${pin.name}/compare/${name}...${pin.sha}`
  return resolveReview(host, address, undefined, signal)
}

function toRequest(code: ReviewCode, depth: Depth, capUsd: number | undefined) {
  return { code, depth, capUsd, language: undefined, kept: undefined, keep: async () => undefined }
}

function toLinks({ target: { pin } }: ReviewCode, host: CodeHost): DecisionLinks {
  return {
    repositoryUrl: pin && `${host.hosts.webOrigin}/${pin.owner}/${pin.name}`,
    permalink: pin && ((path, start, end) => host.permalink(pin, path, { start, end })),
  }
}

function toPorts(
  { target: { pin } }: ReviewCode,
  { host, ports: { readPackages, ...ports } }: ReviewTools,
  { isOffline }: ReviewOptions,
): ReviewPorts {
  const asked = { ...ports, ...(readPackages && !isOffline && { readPackages }) }
  if (!pin) return asked
  return { ...asked, permalink: (path, start, end) => host.permalink(pin, path, { start, end }) }
}

function reaches({ findings, target }: ReviewReport, least: Severity | undefined): boolean {
  if (least === undefined) return false
  return findings.some(({ severity, origin }) => isAtLeast(severity, least) && (!target.change || origin === 'new'))
}
