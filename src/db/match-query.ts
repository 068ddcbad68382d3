const stopWords = new Set(
  'a an and are as at be but by can did do does for from had has have how i if in is it its me my no not of on or our so that the their them then there they this to us was we were what when where which who why will with would you your'.split(
    ' ',
  ),
)

/**
 * The full-text query for a question: its telling words, each quoted, any of them; undefined when there are none.
 * No more than `termLimit` of them: an OR of many common words takes seconds on a large index.
 */
export function toMatchQuery(question: string, termLimit: number): string | undefined {
  const words = question.toLowerCase().match(/[\p{L}\p{N}_][\p{L}\p{N}_.@/-]*/gu) ?? []
  const telling = [...new Set(words.filter((word) => word.length > 1 && !stopWords.has(word)))].slice(0, termLimit)
  return telling.length === 0 ? undefined : telling.map((word) => `"${word}"`).join(' OR ')
}
