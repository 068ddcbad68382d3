import { eq } from 'drizzle-orm'
import { isTargetIn } from '../access/is-target-in.ts'
import type { Database } from '../db/open-store.ts'
import { findingExceptions, reviews } from '../db/schema.ts'
import type { Pin } from '../github/target.ts'
import type { ReviewReport, ReviewTarget } from './review.ts'
import { readReport } from './store.ts'

/** Gives the reviews of a repository, and what was answered for in it, its new name. What they quote stays as it was said. */
export async function moveReviews(tx: Database, from: string, to: string): Promise<void> {
  await tx.update(findingExceptions).set({ repository: to.toLowerCase() }).where(eq(findingExceptions.repository, from))
  const { id, target, url, report } = reviews
  for (const row of await tx.select({ id, target, url, report }).from(reviews).where(isTargetIn(from)))
    await tx
      .update(reviews)
      .set({
        target: renameKey(row.target ?? '', from, to),
        url: renameIn(row.url, from, to),
        ...(row.report !== null && { report: renameReport(readReport(row.report), from, to) }),
      })
      .where(eq(reviews.id, row.id))
}

function renameReport(report: ReviewReport, from: string, to: string): ReviewReport {
  const { target } = report
  const change = target.change && {
    ...target.change,
    base: target.change.base && renamePin(target.change.base, from, to),
  }
  const renamed: ReviewTarget = {
    ...target,
    pin: target.pin && renamePin(target.pin, from, to),
    key: renameKey(target.key, from, to),
    label: `${to}${target.label.slice(from.length)}`,
    url: target.url === undefined ? undefined : renameIn(target.url, from, to),
    change,
  }
  return { ...report, target: renamed }
}

function renameKey(key: string, from: string, to: string): string {
  return `${to.toLowerCase()}${key.slice(from.length)}`
}

function renamePin(pin: Pin, from: string, to: string): Pin {
  if (`${pin.owner}/${pin.name}`.toLowerCase() !== from) return pin
  const [owner = '', name = ''] = to.split('/')
  return { ...pin, owner, name }
}

/** An address, or `owner/name` itself, as somebody wrote it. */
function renameIn(address: string, from: string, to: string): string {
  const named = new RegExp(String.raw`(?<![\w.-])${RegExp.escape(from)}(?![\w.-])`, 'i')
  return address.replace(named, () => to)
}
