import type { Ledger, ReviewArea } from './review.ts'

/** An area as people read it. */
export interface ShownArea {
  label: string
  areas: readonly ReviewArea[]
}

/** The ten areas of a review in reading order; testing and production readiness belong to Deep. */
export const shownAreas: readonly ShownArea[] = [
  { label: 'API design', areas: ['api'] },
  { label: 'Error handling and validation', areas: ['errors', 'validation'] },
  { label: 'Database queries', areas: ['database'] },
  { label: 'Caching', areas: ['caching'] },
  { label: 'Security', areas: ['security'] },
  { label: 'Scalability', areas: ['scalability'] },
  { label: 'Code organisation', areas: ['organisation'] },
  { label: 'Dependencies', areas: ['dependencies'] },
  { label: 'Testing', areas: ['testing'] },
  { label: 'Production readiness', areas: ['production'] },
]

type AreaStatus = Ledger['areas'][ReviewArea]

const weakestFirst: readonly AreaStatus[] = ['not-assessed', 'in-part', 'assessed']

/** What may be said of a shown area: the weakest of what it is made of. */
export function statusOf({ areas }: ShownArea, ledger: Ledger): { status: AreaStatus; reason: string | undefined } {
  const statuses = areas.map((area) => ledger.areas[area])
  const allUnassessed = statuses.every((status) => status === 'not-assessed')
  const weakest = weakestFirst.find((status) => statuses.includes(status)) ?? 'assessed'
  const status = weakest === 'not-assessed' && !allUnassessed ? 'in-part' : weakest
  return { status, reason: areas.map((area) => ledger.areaReasons[area]).find(Boolean) }
}

/** The name of the shown area that an area belongs to. */
export function labelOf(area: ReviewArea): string {
  return shownAreas.find(({ areas }) => areas.includes(area))?.label ?? area
}
