import { readSegments } from '../lib/fenced-code.ts'
import { checkCode, type CodeCheck } from './check-code.ts'

/** One fenced block: its language as written, the line of the Markdown on which its code begins, and what was found. */
export type CodeExampleCheck = { language: string; line: number; code: string; check: CodeCheck }

/** Checks every fenced block of a Markdown text, in order. An error's line is that of the Markdown. Never throws. */
export function checkCodeExamples(markdown: string): CodeExampleCheck[] {
  const found: CodeExampleCheck[] = []
  let line = 1
  for (const part of readSegments(markdown)) {
    if (part.kind === 'fence') {
      const language = part.info.split(/[\s{,:]/)[0] ?? ''
      const code = part.body.map((row) => withoutPrefix(row, part.prefix)).join('\n')
      found.push({ language, line: line + 1, code, check: inMarkdown(checkCode(code, language), line) })
    }
    line += part.kind === 'fence' ? part.body.length + 2 : part.lines.length
  }
  return found
}

function inMarkdown(check: CodeCheck, before: number): CodeCheck {
  return check.kind === 'error' ? { ...check, line: check.line + before } : check
}

/** Takes quote signs and list indentation away; a row may hold less of the indentation when it is blank. */
function withoutPrefix(row: string, prefix: string): string {
  let rest = row
  for (const sign of prefix.match(/> | +/g) ?? []) {
    if (sign.startsWith('>')) rest = rest.replace(/^ {0,3}> ?/, '')
    else rest = rest.slice(Math.min(sign.length, rest.length - rest.trimStart().length))
  }
  return rest
}
