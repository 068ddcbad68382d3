import { wrapUntrusted } from '../agent/envelope.ts'
import type { CodeFinding } from './read-findings.ts'

/** About three thousand tokens: what the rules' findings may take of one turn. */
const charBudget = 12_000
const shownKinds = 20
const shownPlaces = 5

/** The heading of the findings in what a turn read; a thread that has it has been given findings before. */
export const findingsTitle = 'What the rules find in the linked code'

/** Lays out the rules' findings for the model, worst first; undefined when there are none. The same findings give the same bytes. */
export function renderFindings(findings: readonly CodeFinding[]): string | undefined {
  if (findings.length === 0) return undefined
  const body = findings.slice(0, shownKinds).map(renderFinding).join('\n')
  const more = findings.length - shownKinds
  const note = more > 0 ? `\n(${more} more kinds of findings are not shown.)` : ''
  const { text } = wrapUntrusted(body, 'rules', charBudget)
  return `${findingsTitle}, worst first, by a program that reads code and can be wrong; read a place before you rest on it:\n${text}${note}`
}

function renderFinding({ rule, severity, message, places }: CodeFinding): string {
  const shown = places.slice(0, shownPlaces).map(({ label }) => label)
  const more = places.length > shown.length ? ` and ${places.length - shown.length} more` : ''
  return `${severity} ${rule} at ${shown.join(', ')}${more}: ${message}`
}
