const wordCharacter = /[\p{L}\p{N}_$]/u

/**
 * Every place where `pattern` stands in `text` as whole words: what begins or ends in the middle of a name does not
 * count. Knuth, Morris and Pratt's search, so the time is in proportion to both lengths whatever they hold.
 */
export function findText(text: string, pattern: string): number[] {
  const found: number[] = []
  if (pattern === '') return found
  const borders = bordersOf(pattern)
  let matched = 0
  for (let at = 0; at < text.length; at += 1) {
    while (matched > 0 && text[at] !== pattern[matched]) matched = borders[matched - 1] ?? 0
    if (text[at] === pattern[matched]) matched += 1
    if (matched < pattern.length) continue
    const start = at - pattern.length + 1
    if (!cutsWord(text, start) && !cutsWord(text, at + 1)) found.push(start)
    matched = borders[matched - 1] ?? 0
  }
  return found
}

/** For each prefix, the length of the longest shorter one that it also ends with. */
function bordersOf(pattern: string): Uint32Array {
  const borders = new Uint32Array(pattern.length)
  let length = 0
  for (let at = 1; at < pattern.length; at += 1) {
    while (length > 0 && pattern[at] !== pattern[length]) length = borders[length - 1] ?? 0
    if (pattern[at] === pattern[length]) length += 1
    borders[at] = length
  }
  return borders
}

function cutsWord(text: string, at: number): boolean {
  return wordCharacter.test(text[at - 1] ?? '') && wordCharacter.test(text[at] ?? '')
}
