/** One word of an assertion's text. A quoted word is never a keyword; a pattern is what stands between slashes. */
export interface Word {
  text: string
  kind: 'plain' | 'quoted' | 'pattern'
  /** What follows a pattern's closing slash. */
  flags: string
}

const word = /\s*(?:\/((?:[^/\\\n]|\\.)+)\/(\w*)(?=\s|$)|("(?:[^"\\\n]|\\.)*")(?=\s|$)|([^\s"]\S*))/gy

/** Splits one line into words; undefined when a quote is left open. */
export function readWords(line: string): Word[] | undefined {
  const words: Word[] = []
  const text = line.trim()
  word.lastIndex = 0
  while (word.lastIndex < text.length) {
    const [, pattern, flags = '', quoted, plain] = word.exec(text) ?? []
    if (pattern !== undefined) words.push({ text: pattern, kind: 'pattern', flags })
    else if (plain !== undefined) words.push({ text: plain, kind: 'plain', flags: '' })
    else {
      const value = quoted === undefined ? undefined : unquote(quoted)
      if (value === undefined) return undefined
      words.push({ text: value, kind: 'quoted', flags: '' })
    }
  }
  return words
}

const keywords = new Set(['in', 'at', '->', 'clean', 'present', 'absent', 'forbidden', 'required'])

/** Writes a word so that it is read as the same word again. */
export function writeWord(text: string): string {
  const isPlain = /^[^\s"/]\S*$/.test(text) && !keywords.has(text)
  return isPlain ? text : JSON.stringify(text)
}

function unquote(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
