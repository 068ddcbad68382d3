import { checkFolder } from '../decisions/checks/check-folder.ts'
import { analyse } from '../evidence/analyse.ts'
import { readCodeFacts } from '../evidence/report/code-facts.ts'
import type { ReviewCode } from '../reviews/read-review-code.ts'

/** Checks code against the decisions in its own Markdown files, and gives what to print. */
export function checkCode({ target, files, texts }: ReviewCode): { output: string; exitCode: 0 | 1 | 2 } {
  const unread = new Set(files.filter((file) => file.unread !== undefined).map(({ path }) => path))
  const { lines, exitCode } = checkFolder({
    texts: new Map([...texts].filter(([path]) => !unread.has(path))),
    facts: readCodeFacts(analyse(texts)),
    ...(target.path !== '' && { folder: target.path }),
    // Of a part or a change only its own files are listed.
    ...(target.path === '' && !target.change && { paths: new Set(files.map(({ path }) => path)) }),
  })
  return { output: `${lines.join('\n')}\n`, exitCode }
}
