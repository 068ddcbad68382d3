/**
 * Reads a fact of each object once and remembers it as long as the object lives. A file that is unchanged between two
 * analyses is the same object, so what such a fact reads must stand in that file alone.
 */
export function once<Subject extends object, Fact>(read: (subject: Subject) => Fact): (subject: Subject) => Fact {
  const known = new WeakMap<Subject, { fact: Fact }>()
  return (subject) => {
    const before = known.get(subject)
    if (before) return before.fact
    const fact = read(subject)
    known.set(subject, { fact })
    return fact
  }
}
