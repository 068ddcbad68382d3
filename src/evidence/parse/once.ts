import type { SourceFile } from './source-file.ts'

let readers = 0

/**
 * Reads a fact of each file, or of another object, once and keeps it as long as the object lives. An unchanged file is
 * the same object in the next analysis, so such a fact may depend on nothing but the object.
 */
export function once<Subject extends object = SourceFile, Fact = unknown>(
  read: (subject: Subject) => Fact,
): (subject: Subject) => Fact {
  const reader = readers
  readers += 1
  const elsewhere = new WeakMap<Subject, Map<number, unknown>>()
  return (subject) => {
    const memory = memoryOf(subject, elsewhere)
    const known = memory.get(reader)
    // Only this reader writes at its number.
    if (known !== undefined) return known as Fact
    const fact = read(subject)
    if (fact !== undefined) memory.set(reader, fact)
    return fact
  }
}

/** Files carry their memory, which is many times faster to ask than a weak map. */
function memoryOf<Subject extends object>(subject: Subject, elsewhere: WeakMap<Subject, Map<number, unknown>>) {
  if ('remembered' in subject && subject.remembered instanceof Map) return subject.remembered
  const known = elsewhere.get(subject)
  if (known) return known
  const made = new Map<number, unknown>()
  elsewhere.set(subject, made)
  return made
}
