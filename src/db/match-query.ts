const stopWords = new Set(
  'a an and any are aren as at be been being but by can could couldn did didn do does doesn don for from had has hasn have haven how i if in is isn it its ll may me might my no not of on or our re should shouldn so that the their them then there they this to us ve was wasn we were weren what when where which who why will with won would wouldn you your'.split(
    ' ',
  ),
)

/**
 * The full-text query for a question: its telling words, each quoted, any of them; undefined when there are none.
 * No more than `termLimit` of them: an OR of many common words takes seconds on a large index. With `loosely`, longer
 * words also stand for those that begin with them (mongo, MongoDB) and neighbours for one word (log in, login).
 */
export function toMatchQuery(question: string, termLimit: number, loosely = false): string | undefined {
  const words = question.toLowerCase().match(/[\p{L}\p{N}_][\p{L}\p{N}_.@/-]*/gu) ?? []
  const telling = [...new Set(words.filter((word) => word.length > 1 && !stopWords.has(word)))].slice(0, termLimit)
  if (telling.length === 0) return undefined
  return [...telling.map((word) => quote(word, loosely)), ...(loosely ? joinNeighbours(words, termLimit) : [])].join(
    ' OR ',
  )
}

function quote(word: string, loosely: boolean): string {
  return loosely && word.length >= 4 ? `"${word}"*` : `"${word}"`
}

function joinNeighbours(words: readonly string[], limit: number): string[] {
  const pairs = words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`)
  return pairs.slice(0, limit).map((pair) => `"${pair}"`)
}
