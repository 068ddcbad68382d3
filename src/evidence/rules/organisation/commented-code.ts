import { atOnce } from '../../parse/once.ts'
import { lineAt, type Comment, type SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

const leastLines = 6
const mostFindings = 10
const mostInOneFile = 2

export const commentedCode: Rule = {
  id: 'commented-code',
  category: 'dead-code',
  severity: 'info',
  confidence: 'high',
  title: 'Code is kept as a comment',
  why: 'Nobody knows whether it is to come back; it is not compiled or tested, and it soon fits nothing around it.',
  effects: { maintenance: 'More to read, and doubts about what holds.' },
  fix: { say: 'Remove it: the history has it.', code: { any: 'git log -S "gregoryToJalali" --oneline' } },
  sources: ['https://github.com/goldbergyoni/nodebestpractices'],
  limits: 'The ten longest blocks of six lines and more.',
  find(codebase) {
    const blocks = codebase.withTypes.flatMap((file) => blocksIn(file).map((block) => ({ file, ...block })))
    return [...Map.groupBy(blocks, ({ file }) => file).values()]
      .flatMap((found) => found.toSorted((one, other) => other.lines - one.lines).slice(0, mostInOneFile))
      .toSorted((one, other) => other.lines - one.lines)
      .slice(0, mostFindings)
      .map(({ file, line, lines }) => ({ file, line, message: `${lines} lines of code stand in a comment.` }))
  },
}

type Block = { line: number; lines: number }

const blocksIn = atOnce((file: SourceFile): Block[] => {
  if (/(^|\/)(public|static|assets|vendors?)\//.test(file.path)) return []
  if (file.outline && !isMoreThanDocumented.test(file.text)) return []
  return runsOf(file).flatMap((run) => {
    const rows = run
      .flatMap(({ text }) => text.split('\n'))
      .map((row) => row.trim())
      .filter((row) => row !== '' && row !== '*')
    const first = run[0]
    if (!first || rows.length < leastLines || rows.some((row) => row.startsWith('* ') || row.startsWith('@'))) return []
    const code = rows.filter((row) => isCode.test(row))
    const telling = rows.filter((row) => isTelling.test(row))
    return code.length >= rows.length * 0.8 && telling.length >= 3 ? [{ line: first.line, lines: rows.length }] : []
  })
})

/** Whether there are other comments than those that document; asked where comments cost the tree. */
const isMoreThanDocumented = /^[ \t]*\/\/|\/\*(?!\*)|\/\*\*(?:(?!\*\/)[^\n])*\n\s*[^*\s]/m

/** Comments that follow each other line by line. */
function runsOf(file: SourceFile): Comment[][] {
  const runs: Comment[][] = []
  for (const comment of file.comments) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (
      run &&
      last &&
      comment.line - lineAt(file.lineStarts, last.end) <= 2 &&
      /^\s*$/.test(file.text.slice(last.end, comment.start))
    )
      run.push(comment)
    else runs.push([comment])
  }
  return runs
}

/** Ends or begins as lines of code do. */
const isCode =
  /[;{}(),[\]:]$|^[})\]]|=>|^(const|let|var|return|await|if|else|for|import|export|async|function|try|case|@\w+\()|^\.\w+\(|\w+\(.*\)/

/** What prose and lists do not have. */
const isTelling =
  /\w\(.*\)?;?$|=>|\b(const|let|var)\s+[\w{[]|^(return|await|import|export)\b.*[;({'"]|\w\s*=\s*[\w'"`{[(]|\)\s*\{$/
