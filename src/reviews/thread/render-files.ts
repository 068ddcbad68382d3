import { toPng } from '../picture/to-png.ts'
import type { ReviewReport } from '../review.ts'

/** The files under a review: the picture when there is one, the whole report to read, and the same for programs. */
export async function renderFiles(report: ReviewReport, picture: string | null) {
  const { target } = report
  const name = `review-${target.label}-${target.pin?.sha.slice(0, 7) ?? 'local'}`.replaceAll(/[^\w.-]+/g, '-')
  const file = (ending: string, title: string, content: Buffer) => ({ name: `${name}.${ending}`, title, content })
  return [
    ...(picture ? [file('png', `Modules of ${target.label}`, await toPng(picture))] : []),
    file('json', 'The same for programs', Buffer.from(JSON.stringify(report, null, 2))),
  ]
}
