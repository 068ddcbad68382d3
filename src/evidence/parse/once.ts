import type { SourceFile, TextFile } from './source-file.ts'

let readers = 0

/**
 * Reads a fact of each file once and keeps it with the file. An unchanged file is the same object in the next analysis,
 * so such a fact may depend on nothing but the file.
 */
export function once<File extends TextFile, Fact>(read: (file: File) => Fact): (file: File) => Fact {
  const reader = readers
  readers += 1
  return (file) => {
    const known = file.remembered[reader]
    // Only this reader writes at its number.
    if (known !== undefined) return known as Fact
    const fact = shareNone(read(file))
    // Made as long as it will be, once; it would grow again and again.
    if (file.remembered.length < readers) file.remembered.length = readers
    file.remembered[reader] = fact
    return fact
  }
}

const none: readonly never[] = []

/** Most of what is read are empty lists: one for all takes no memory and is at hand. */
function shareNone<Fact>(fact: Fact): Fact {
  // An empty list is a list of anything.
  return Array.isArray(fact) && fact.length === 0 ? (none as Fact) : fact
}

const wanted: ((file: SourceFile) => unknown)[] = []

/**
 * As `once`, of what is asked of every file that runs in production. Those readers read one file after the other: a tree
 * that each of them has to fetch from memory again takes longer to fetch than to read.
 */
export function atOnce<Fact>(read: (file: SourceFile) => Fact): (file: SourceFile) => Fact {
  const ask = once(read)
  wanted.push(ask)
  return ask
}

/** Reads of a file all that `atOnce` was told of; what fails here fails again where it is asked. */
export const readAtOnce = once((file: SourceFile): true => {
  for (const ask of wanted) {
    try {
      ask(file)
    } catch {
      continue
    }
  }
  return true
})

/** Whether the text of a file has what a pattern says, which each file is asked once. */
export function says(pattern: RegExp): (file: TextFile) => boolean {
  return once((file: TextFile) => pattern.test(file.text))
}

/** As `once`, of any other object and as long as it lives; slower to ask. */
export function onceFor<Subject extends object, Fact>(read: (subject: Subject) => Fact): (subject: Subject) => Fact {
  const known = new WeakMap<Subject, { fact: Fact }>()
  return (subject) => {
    const before = known.get(subject)
    if (before) return before.fact
    const fact = read(subject)
    known.set(subject, { fact })
    return fact
  }
}
