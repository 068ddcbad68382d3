import type { Analysis } from '../analyse.ts'
import type { Finding } from '../rules/finding.ts'
import { groupFindings, type FindingGroup } from './groups.ts'
import { projectLine } from './project-line.ts'

const shownPlaces = 15

/** Renders an analysis as Markdown: what it is, findings by severity with code and fix, then what was not looked at. */
export function toMarkdown(analysis: Analysis): string {
  const groups = groupFindings(analysis)
  return [
    '# Architecture review',
    '',
    projectLine(analysis.codebase),
    '',
    ...(groups.length === 0 ? ['Nothing was found.', ''] : groups.flatMap(renderGroup)),
    ...renderSuppressed(analysis),
    ...renderCoverage(analysis),
  ].join('\n')
}

function renderGroup({ first, places }: FindingGroup): string[] {
  const effects = Object.entries(first.effects).map(([quality, text]) => `- ${quality}: ${text}`)
  return [
    `## ${first.title}`,
    '',
    `${first.severity} · ${first.area} · \`${first.rule}\`${first.cwe === undefined ? '' : ` · ${first.cwe}`}`,
    '',
    first.why,
    '',
    ...places.slice(0, shownPlaces).flatMap(renderPlace),
    ...(places.length > shownPlaces ? [`- and ${places.length - shownPlaces} more places`] : []),
    '',
    fence(first.quote),
    '',
    ...effects,
    '',
    `**Instead:** ${first.fix.say}`,
    '',
    ...(first.fix.code === undefined ? [] : [fence(first.fix.code), '']),
    `Sources: ${first.sources.join(', ')}`,
    '',
  ]
}

function renderPlace(finding: Finding): string[] {
  const also = finding.also.slice(0, 5).map((place) => `${place.path}:${place.line}`)
  const more = also.length > 0 ? ` (also ${also.join(', ')})` : ''
  return [`- \`${finding.path}:${finding.line}\` ${finding.message} _${finding.confidence} confidence_${more}`]
}

/** A fence longer than any run of backticks inside. */
function fence(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map((run) => run[0].length))
  const mark = '`'.repeat(longest + 1)
  return `${mark}\n${code}\n${mark}`
}

function renderSuppressed(analysis: Analysis): string[] {
  const suppressed = analysis.findings.filter((finding) => finding.suppressed)
  const empty = analysis.suppressions.filter((item) => item.reason === '')
  if (suppressed.length === 0 && empty.length === 0) return []
  return [
    '## Suppressed',
    '',
    ...suppressed.map(
      (finding) => `- \`${finding.path}:${finding.line}\` ${finding.rule}: ${finding.suppressed?.reason}`,
    ),
    ...empty.map((item) => `- \`${item.path}:${item.line}\` ${item.rule}: ignored, because it gives no reason`),
    '',
  ]
}

function renderCoverage({ coverage }: Analysis): string[] {
  return [
    '## What was looked at',
    '',
    `${coverage.analysed} files, ${(coverage.bytes / 1e6).toFixed(1)} MB.`,
    '',
    ...coverage.notAnalysed.map((item) => `- Not analysed: \`${item.path}\`: ${item.reason}.`),
    ...coverage.partly.map((item) => `- \`${item.path}\` without lines ${item.lines.join(', ')}, which do not parse.`),
    ...coverage.notAssessed.map((text) => `- Not assessed: ${text}`),
    ...coverage.failedRules.map((text) => `- A rule failed: ${text}`),
    '',
  ]
}
