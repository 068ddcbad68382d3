import { absenceSubjects, type AbsenceSubject } from './absence-subjects.ts'
import { type Presence, searchSubject } from './search-subject.ts'

export type AbsenceCheck =
  /** The program searched this many files for these terms and found none. */
  | { kind: 'confirmed'; subjects: readonly string[]; files: number; terms: readonly string[] }
  | ({ kind: 'contradicted'; subject: string } & Presence)
  /** Nobody can tell by searching: the claim has to be dropped or marked as not checked. */
  | { kind: 'unsearchable' }

/** The names of what can be claimed absent, for those who make such claims. */
export const searchableSubjects: readonly string[] = absenceSubjects.map(({ name }) => name)

/**
 * Searches the texts of a repository (path to text) for what is said to be absent, such as "rate limiting on login".
 * Give it one file's text when the claim is about that file alone. Never throws.
 */
export function checkAbsence(about: string, texts: ReadonlyMap<string, string>): AbsenceCheck {
  const subjects = subjectsOf(about)
  if (subjects.length === 0) return { kind: 'unsearchable' }
  const searches = subjects.map((subject) => ({ subject, ...searchSubject(subject, texts) }))
  for (const { subject, found } of searches) {
    if (found) return { kind: 'contradicted', subject: subject.name, ...found }
  }
  if (searches.some(({ files }) => files === 0)) return { kind: 'unsearchable' }
  return {
    kind: 'confirmed',
    subjects: subjects.map(({ name }) => name),
    files: Math.max(...searches.map(({ files }) => files)),
    terms: [...new Set(searches.flatMap(({ terms }) => terms))],
  }
}

/** What stands before the first preposition is what is absent; the rest says where. */
function subjectsOf(about: string): AbsenceSubject[] {
  const exact = absenceSubjects.find(({ name }) => name.toLowerCase() === about.trim().toLowerCase())
  if (exact) return [exact]
  const text = about.slice(0, 500)
  const [head = ''] = text.split(
    /\s(?:on|for|in|at|around|before|after|when|while|covering|against|from|to|of|between|behind)\s/i,
  )
  const named = absenceSubjects.filter(({ says }) => says.test(head))
  return named.length > 0 ? named : absenceSubjects.filter(({ says }) => says.test(text))
}
