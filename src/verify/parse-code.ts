import { parseSync, type ParserOptions } from 'oxc-parser'

export type ParsedCode = {
  errors: readonly { message: string; offset: number }[]
  comments: readonly { start: number; end: number }[]
  /** How many statements the text is. */
  countStatements: () => number
}

export type Language = 'js' | 'jsx' | 'ts' | 'tsx'

const limits = { characters: 2_000_000, nesting: 300 } as const

/** Parses code for its errors and comments only; undefined for what is too large or too deep to be handed to a parser. */
export function parseCode(text: string, lang: Language): ParsedCode | undefined {
  if (text.length > limits.characters || nestsDeeper(text, limits.nesting)) return undefined
  const options: ParserOptions = { lang, sourceType: 'unambiguous' }
  const parsed = parseSync(`code.${lang}`, text, options)
  return {
    errors: parsed.errors.map(({ message, labels }) => ({ message, offset: labels[0]?.start ?? 0 })),
    comments: parsed.comments.map(({ start, end }) => ({ start, end })),
    countStatements: () => parsed.program.body.length,
  }
}

/** The parser recurses, so a text of nothing but brackets could end the process. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 40 || code === 91 || code === 123) depth += 1
    else if ((code === 41 || code === 93 || code === 125) && depth > 0) depth -= 1
    if (depth > limit) return true
  }
  return false
}
