import type { SourceFile } from './source-file.ts'

let readers = 0

/**
 * Reads a fact of each file once and keeps it with the file. An unchanged file is the same object in the next analysis,
 * so such a fact may depend on nothing but that file.
 */
export function once<Fact>(read: (file: SourceFile) => Fact): (file: SourceFile) => Fact {
  const reader = readers
  readers += 1
  return (file) => {
    const known = file.remembered.get(reader)
    // Only this reader writes at its number.
    if (known !== undefined) return known as Fact
    const fact = read(file)
    if (fact !== undefined) file.remembered.set(reader, fact)
    return fact
  }
}
