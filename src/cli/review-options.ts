import { parseArgs } from 'node:util'
import { type Format, formats } from '../reviews/report/render.ts'
import { type Depth, depths, type Severity } from '../reviews/review.ts'
import { severities } from '../reviews/severity.ts'

export const reviewHelp = `Usage: npm run review -- <folder, file or GitHub address> [options]

  An address may be a repository, a branch, a folder, a file with lines, a commit,
  a comparison or a pull request: https://github.com/acme/orders/pull/12

  --format text|markdown|json|sarif   how to print it (text)
  --depth facts|standard|deep         facts: rules alone, at no cost (facts)
                                      standard, deep: a model as well, with a key
  --base <branch, tag or commit>      review what changed since then
  --fail-on info|low|medium|high|critical
                                      exit with 1 when a finding is that bad;
                                      of a change only what it brings counts
  --decisions                         check the code against the decisions in its
                                      Markdown files instead (docs/decisions and alike);
                                      works with --format and --base
  --offline                           ask no package registry
  --help                              print this

Exit codes:
  0  reviewed, and no finding is as bad as --fail-on
  1  a finding is as bad as --fail-on
  2  not reviewed: a wrong option, or code that cannot be read
  3  reviewed in part, with the report of what was: stopped with Ctrl-C, the cap was
     reached, or the model failed
With --decisions:
  0  none is broken; what cannot be checked, such as for want of a file, is said
  1  one is broken; of a change, by it
  2  a check, its decision's status or the code cannot be read
`

export interface ReviewOptions {
  target: string
  format: Format
  depth: Depth
  base: string | undefined
  failOn: Severity | undefined
  isOffline: boolean
  /** Check decisions instead of reviewing. */
  decisions: boolean
}

/** The options of a review, 'help' when that was asked for, or one sentence on what is wrong with them. */
export function readReviewOptions(args: readonly string[]): ReviewOptions | { help: true } | string {
  const parsed = parse(args)
  if (typeof parsed === 'string') return parsed
  const { values, positionals } = parsed
  if (values.help) return { help: true }
  const [target, second] = positionals
  const format = pick(formats, values.format ?? 'text')
  const depth = pick(depths, values.depth ?? 'facts')
  const failOn = values['fail-on'] === undefined ? undefined : pick(severities, values['fail-on'].toLowerCase())
  if (target === undefined) return 'Name a folder or a GitHub address: npm run review -- ./service'
  if (second !== undefined) return `Name one folder or address at a time, not also ${second}.`
  if (!format) return `There is no format "${values.format}": use ${formats.join(', ')}.`
  if (!depth) return `There is no depth "${values.depth}": use ${depths.join(', ')}.`
  if (values['fail-on'] !== undefined && !failOn)
    return `There is no severity "${values['fail-on']}": use ${severities.join(', ')}.`
  return {
    target,
    format,
    depth,
    base: values.base,
    failOn,
    isOffline: values.offline ?? false,
    decisions: values.decisions ?? false,
  }
}

function parse(args: readonly string[]) {
  const options = {
    format: { type: 'string' },
    depth: { type: 'string' },
    base: { type: 'string' },
    'fail-on': { type: 'string' },
    offline: { type: 'boolean' },
    decisions: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return `${error.message.split('. ')[0]}. The options are --format, --depth, --base, --fail-on, --decisions, --offline and --help.`
  }
}

function pick<T extends string>(known: readonly T[], given: string): T | undefined {
  return known.find((each) => each === given)
}
