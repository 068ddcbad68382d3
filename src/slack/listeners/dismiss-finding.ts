import type { FindingFacts } from '../../decisions/capture/suggest-from-finding.ts'
import type { Installations } from '../installations.ts'
import { noteAbout, postOnce } from '../delivery/post-once.ts'
import type { Dismissal, FilledForm, FindingAddress } from '../views/finding-form.ts'
import { readFindingValue, renderFindingForm } from '../views/finding-form.ts'
import { sentences } from '../views/sentences.ts'

export interface DismissedFinding {
  title: string
  channelId: string
  threadTs: string
  /** What a decision can rest on. */
  facts: FindingFacts
}

export interface FindingDeps {
  installations: Installations
  findings: {
    /** The finding behind a button; undefined when its review is gone. */
    find: (teamId: string, address: FindingAddress) => Promise<DismissedFinding | undefined>
    /** Keeps it from coming back before `untilMs`; on disk when the promise resolves. */
    dismiss: (
      teamId: string,
      address: FindingAddress,
      dismissal: { kind: Dismissal; reason: string; ownerId: string; untilMs: number | undefined; userId: string },
    ) => Promise<void>
  }
  now: () => number
}

interface Pressed {
  teamId: string
  userId: string
  value: string
  triggerId: string
}

/** Opens the form for a finding; gives a sentence when there is nothing to dismiss any more. */
export async function askWhy(kind: Dismissal, pressed: Pressed, deps: FindingDeps): Promise<string | undefined> {
  const address = readFindingValue(pressed.value)
  const finding = address && (await deps.findings.find(pressed.teamId, address))
  const installation = await deps.installations.find(pressed.teamId)
  if (!finding || !installation) return sentences.findingGone
  await installation.clients.interactive.views.open({
    trigger_id: pressed.triggerId,
    view: renderFindingForm({ ...address, kind }, finding.title, pressed.userId),
  })
  return undefined
}

/** What is wrong with a filled form, by field; undefined when it can be kept. */
export function refuseForm({ until }: FilledForm, now: number): Record<string, string> | undefined {
  if (until === undefined) return undefined
  return endOfDay(until) > now ? undefined : { until: sentences.dateIsPast }
}

/** Keeps the dismissal; gives what is to be said in the review's thread, where everyone can see and question it. Undefined when the review is gone. */
export async function dismissFinding(
  deps: FindingDeps,
  { teamId, userId }: { teamId: string; userId: string },
  form: FilledForm,
): Promise<(() => Promise<void>) | undefined> {
  const finding = await deps.findings.find(teamId, form)
  if (!finding) return undefined
  const ownerId = form.ownerId ?? userId
  const untilMs = form.until === undefined ? undefined : endOfDay(form.until)
  await deps.findings.dismiss(teamId, form, { kind: form.kind, reason: form.reason, ownerId, untilMs, userId })
  return async () => {
    const installation = await deps.installations.find(teamId)
    if (!installation) return
    const text = sentences.dismissed({ ...form, ownerId, userId, title: finding.title })
    await postOnce(installation, finding, { text }, noteAbout('finding'))
  }
}

const endOfDay = (date: string) => Date.parse(`${date}T23:59:59Z`)
