import { lineOfOffset } from '../../../parse/source-file.ts'
import { inOne } from '../../matches.ts'
import type { Match } from '../../rule.ts'

const accounts =
  /\binsert\s+into\s+["`[]?(?:\w+["`\]]?\.["`[]?)?(?:users?|accounts?|admins?|administrators?|members?|customers?|employees?)["`\]]?\s*\(([^()]*)\)\s*values\s*/gi
const value = /\s*(?:'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.)*)"|[^,()]*(?:\([^()]*\))?)\s*(,|\))/y

/** Accounts that a file of SQL makes with a password anyone can read, or look up by its bare hash; one finding a file. */
export function accountsInSql(file: { path: string; text: string }): Iterable<Match> {
  const found = [...file.text.matchAll(accounts)].flatMap(({ index, 0: head, 1: columns = '' }) => {
    const at = columns.split(',').findIndex((name) => /^\W*(passw(or)?d|pwd|pass)(_?hash)?\W*$/i.test(name))
    return at < 0 ? [] : rowsFrom(file.text, index + head.length).filter(({ values }) => isKnown(values[at]))
  })
  const rows = found.toSorted((one, other) => Number(other.isAdmin) - Number(one.isAdmin))
  return inOne(
    rows.map(({ start, isAdmin }) => ({
      file,
      line: lineOfOffset(file.text, start),
      severity: isAdmin ? 'medium' : 'low',
      message: `An ${isAdmin ? 'administrator' : 'account'} is made with a password that is in the source.`,
    })),
  )
}

type Row = { start: number; values: readonly string[]; isAdmin: boolean }

function rowsFrom(text: string, from: number): Row[] {
  const rows: Row[] = []
  let at = from
  while (text[at] === '(') {
    const start = at
    const values: string[] = []
    value.lastIndex = at + 1
    for (let found = value.exec(text); found; found = value.exec(text)) {
      values.push(found[1] ?? found[2] ?? '')
      at = value.lastIndex
      if (found[3] === ')') break
    }
    if (at === start) break
    rows.push({ start, values, isAdmin: values.some((item) => /^(super)?_?admin/i.test(item)) })
    while (/[\s,]/.test(text[at] ?? '')) at += 1
  }
  return rows
}

/** Hashes made for passwords cost too much to look up; bare ones of common words are in every table. */
function isKnown(password: string | undefined): boolean {
  if (password === undefined || password.length < 3 || /^\W*(null|x+|!|\*)\W*$/i.test(password)) return false
  return /^[0-9a-f]{32}$|^[0-9a-f]{40}$/i.test(password) || (password.length < 25 && !/^[$:{]/.test(password))
}
