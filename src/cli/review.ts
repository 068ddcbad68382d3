import { parseArgs } from 'node:util'
import { analyse, type Analysis } from '../evidence/analyse.ts'
import { readFolder } from '../evidence/read-folder.ts'
import { toJson } from '../evidence/report/json.ts'
import { toMarkdown } from '../evidence/report/markdown.ts'
import { toSarif } from '../evidence/report/sarif.ts'
import { toText } from '../evidence/report/text.ts'
import type { PackageReading } from '../reviews/read-package-advice.ts'

const formats: Readonly<Record<string, (analysis: Analysis) => string>> = {
  text: toText,
  markdown: toMarkdown,
  json: (analysis) => JSON.stringify(toJson(analysis), null, 2),
  sarif: (analysis) => JSON.stringify(toSarif(analysis), null, 2),
}

export type ReviewOutcome = { output: string; exitCode: 0 | 1 | 2 }

/** Fetches the files of a GitHub address, or says in one sentence why it cannot. */
type FetchSnapshot = (url: string) => Promise<ReadonlyMap<string, string> | string>

/** Asks a package registry about the dependencies that files declare. */
type ReadPackages = (files: ReadonlyMap<string, string>) => Promise<PackageReading>

/**
 * Runs `review <folder or GitHub address> [--format text|markdown|json|sarif] [--fail-on severity] [--offline]` and
 * gives what to print; exit code 1 when `--fail-on` is reached, 2 with one sentence when the arguments cannot be used.
 */
export async function review(
  args: readonly string[],
  fetchSnapshot: FetchSnapshot,
  readPackages?: ReadPackages,
): Promise<ReviewOutcome> {
  const request = readRequest(args)
  if (typeof request === 'string') return refuse(request)
  const files = await readTarget(request.target, fetchSnapshot)
  if (typeof files === 'string') return refuse(files)
  const packages = request.isOffline ? undefined : await readPackages?.(files)
  const analysis = analyse(files, packages && { packages: packages.advice, packagesNotAssessed: packages.notAssessed })
  return { output: `${request.render(analysis)}\n`, exitCode: reaches(analysis, request.failOn) ? 1 : 0 }
}

interface ReviewRequest {
  target: string
  render: (analysis: Analysis) => string
  failOn: string | undefined
  isOffline: boolean
}

function readRequest(args: readonly string[]): ReviewRequest | string {
  const parsed = parseOptions(args)
  if (typeof parsed === 'string') return parsed
  const { values, positionals } = parsed
  const [target] = positionals
  const format = values.format ?? 'text'
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined
  const failOn = values['fail-on']?.toLowerCase()
  if (target === undefined) return 'Name a folder or a GitHub address: npm run review -- ./service'
  if (!render) return `There is no format "${format}": use text, markdown, json or sarif.`
  if (failOn !== undefined && !severities.includes(failOn))
    return `There is no severity "${failOn}": use ${severities.join(', ')}.`
  return { target, render, failOn, isOffline: values.offline === true }
}

function parseOptions(args: readonly string[]) {
  const options = { format: { type: 'string' }, 'fail-on': { type: 'string' }, offline: { type: 'boolean' } } as const
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return `${error.message.split('. ')[0]}. The options are --format, --fail-on and --offline.`
  }
}

function refuse(sentence: string): ReviewOutcome {
  return { output: `${sentence}\n`, exitCode: 2 }
}

async function readTarget(target: string, fetchSnapshot: FetchSnapshot): Promise<ReadonlyMap<string, string> | string> {
  if (/^https?:\/\//.test(target)) {
    return fetchSnapshot(target)
  }
  try {
    const files = await readFolder(target)
    return files.size === 0 ? `There are no files to review in ${target}.` : files
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return `There is no folder ${target}.`
    }
    throw error
  }
}

const severities = ['info', 'low', 'medium', 'high', 'critical']

function reaches(analysis: Analysis, level: string | undefined): boolean {
  const least = level === undefined ? -1 : severities.indexOf(level)
  if (least < 0) return false
  return analysis.findings.some((finding) => !finding.suppressed && severities.indexOf(finding.severity) >= least)
}
