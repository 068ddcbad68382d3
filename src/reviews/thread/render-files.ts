import { toPng } from '../picture/to-png.ts'
import { renderReview } from '../report/render.ts'
import type { ReviewReport } from '../review.ts'

/** The files under a review: the picture when there is one, the whole report to read, and the same for programs. */
export async function renderFiles(report: ReviewReport, picture: string | null) {
  const { target } = report
  const name = `review-${target.label}-${target.pin?.sha.slice(0, 7) ?? 'local'}`.replaceAll(/[^\w.-]+/g, '-')
  const run = { report, evidence: undefined }
  const file = (ending: string, title: string, content: Buffer | string) => ({
    name: `${name}.${ending}`,
    title,
    content: Buffer.from(content),
  })
  return [
    ...(picture ? [file('png', `Modules of ${target.label}`, await toPng(picture))] : []),
    file('md', `Review of ${target.label}`, renderReview(run, 'markdown')),
    file('sarif', 'SARIF, for code scanning', renderReview(run, 'sarif')),
    file('json', 'JSON, for programs', renderReview(run, 'json')),
  ]
}
