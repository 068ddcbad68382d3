import { parseArgs } from 'node:util'
import { analyse, type Analysis } from '../evidence/analyse.ts'
import { readFolder } from '../evidence/read-folder.ts'
import { toJson } from '../evidence/report/json.ts'
import { toMarkdown } from '../evidence/report/markdown.ts'
import { toSarif } from '../evidence/report/sarif.ts'
import { toText } from '../evidence/report/text.ts'

const formats: Readonly<Record<string, (analysis: Analysis) => string>> = {
  text: toText,
  markdown: toMarkdown,
  json: (analysis) => JSON.stringify(toJson(analysis), null, 2),
  sarif: (analysis) => JSON.stringify(toSarif(analysis), null, 2),
}

export type ReviewOutcome = { output: string; exitCode: 0 | 1 | 2 }

/** Fetches the files of a GitHub address, or says in one sentence why it cannot. */
type FetchSnapshot = (url: string) => Promise<ReadonlyMap<string, string> | string>

/**
 * Runs `review <folder or GitHub address> [--format text|markdown|json|sarif] [--fail-on severity]` and gives what to
 * print; exit code 1 when `--fail-on` is reached, 2 with one sentence when the arguments cannot be used.
 */
export async function review(args: readonly string[], fetchSnapshot: FetchSnapshot): Promise<ReviewOutcome> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    options: { format: { type: 'string' }, 'fail-on': { type: 'string' } },
  })
  const target = positionals[0]
  const format = typeof values.format === 'string' ? values.format : 'text'
  const render = Object.hasOwn(formats, format) ? formats[format] : undefined
  if (target === undefined) return refuse('Name a folder or a GitHub address: npm run review -- ./service')
  if (!render) return refuse(`There is no format "${format}": use text, markdown, json or sarif.`)
  const files = await readTarget(target, fetchSnapshot)
  if (typeof files === 'string') return refuse(files)
  const analysis = analyse(files)
  return { output: `${render(analysis)}\n`, exitCode: reaches(analysis, values['fail-on']) ? 1 : 0 }
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

function reaches(analysis: Analysis, level: unknown): boolean {
  const least = typeof level === 'string' ? severities.indexOf(level) : -1
  if (least < 0) return false
  return analysis.findings.some((finding) => !finding.suppressed && severities.indexOf(finding.severity) >= least)
}
