import { type Language, parseCode, type ParsedCode } from './parse-code.ts'

type CodeFile = { path: string; text: string }

const parsed = new WeakMap<CodeFile, ParsedCode | undefined>()

/** Whether an offset of a file stands in a comment: by parsing JavaScript and TypeScript, by its line in other files. */
export function isInComment(file: CodeFile, at: number): boolean {
  const lang = languageOf(file.path)
  if (lang === undefined) return isInCommentLine(file.text, at)
  if (!parsed.has(file)) parsed.set(file, parseCode(file.text, lang))
  const code = parsed.get(file)
  if (!code || code.errors.length > 0) return isInCommentLine(file.text, at)
  return code.comments.some(({ start, end }) => start <= at && at < end)
}

function languageOf(path: string): Language | undefined {
  const [, end] = /\.[cm]?(jsx?|tsx?)$/i.exec(path.toLowerCase()) ?? []
  if (end === 'js') return 'jsx'
  return end as Language | undefined // the pattern allows these four
}

/** Looks back at most 400 characters, so that a file on one line costs no more than any other. */
function isInCommentLine(text: string, at: number): boolean {
  const from = Math.max(text.lastIndexOf('\n', at) + 1, at - 400)
  const before = text.slice(from, at).trimStart()
  return /^(?:\/\/|\/?\*|#|<!--|--)/.test(before) || /(?:^|[^:])\/\//.test(before)
}
