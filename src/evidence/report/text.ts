import type { Analysis } from '../analyse.ts'
import { groupFindings } from './groups.ts'
import { projectLine } from './project-line.ts'

const shownPlaces = 8

/** Renders an analysis for a terminal: one block a rule, places below, counts last. */
export function toText(analysis: Analysis): string {
  const groups = groupFindings(analysis)
  const blocks = groups.map(({ first, places }) =>
    [
      `${first.severity.toUpperCase().padEnd(8)} ${first.title}  [${first.rule}]`,
      ...places.slice(0, shownPlaces).map((place) => `  ${place.path}:${place.line}  ${place.message}`),
      ...(places.length > shownPlaces ? [`  … and ${places.length - shownPlaces} more`] : []),
      `  Instead: ${first.fix.say}`,
    ].join('\n'),
  )
  return [projectLine(analysis.codebase), '', ...blocks.flatMap((block) => [block, '']), summary(analysis), ''].join(
    '\n',
  )
}

function summary({ findings, coverage }: Analysis): string {
  const open = findings.filter((finding) => !finding.suppressed)
  const left = coverage.notAnalysed.length + coverage.partly.length
  const missing =
    left === 0
      ? ''
      : `; ${left} not or only partly analysed: ${[...coverage.notAnalysed, ...coverage.partly]
          .map((item) => item.path)
          .slice(0, 5)
          .join(', ')}`
  const suppressed = findings.length - open.length
  const notAssessed = coverage.notAssessed.length > 0 ? `\nNot assessed: ${coverage.notAssessed.join(' ')}` : ''
  return `${open.length} findings in ${coverage.analysed} files${suppressed > 0 ? `, ${suppressed} suppressed` : ''}${missing}.${notAssessed}`
}
