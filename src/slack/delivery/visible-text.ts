const lineEnd = /\r\n?/g
/** Some parsers end a line at these and some do not. */
const otherBreaks = /[\v\f\u0085\u2028\u2029]/g
/** Zero-width, bidi, tag and filler characters; an emoji keeps its presentation selector. */
const invisible = /(?<!\p{Extended_Pictographic})[\uFE0E\uFE0F]|[[\p{DI}\uFFF9-\uFFFB]--[\uFE0E\uFE0F]]/gv
const controls = /[[\p{Cc}\p{Noncharacter_Code_Point}]--[\t\n]]/gv

/** The same text with everything taken out that a reader could not see; lines end in \n only. */
export function keepVisible(text: string): string {
  return text
    .toWellFormed()
    .replace(invisible, '')
    .replace(lineEnd, '\n')
    .replace(otherBreaks, ' ')
    .replace(controls, '')
}
