import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkQuote, type QuoteClaim } from '../../src/verify/check-quote.ts'

const file = `import express from 'express'

export const app = express()

app.get('/users/:id', async (req, res) => {
  const user = await users.find(req.params.id)
  if (!user) {
    return res.status(404).end()
  }
  res.json({ ...user, password: undefined })
})

app.delete('/users/:id', async (req, res) => {
  const user = await users.find(req.params.id)
  await users.softDelete(user)
  res.status(204).end()
})
`

function check(quote: string, start: number, end = start, text = file) {
  const claim: QuoteClaim = { path: 'app.ts', lines: { start, end }, quote }
  return checkQuote(claim, (path) => (path === 'app.ts' ? text : undefined))
}

describe('a quote that is in the file', () => {
  test.each([
    ['at its line', 'export const app = express()', 3, 3],
    ['as part of a line', 'await users.softDelete(user)', 15, 15],
    ['with other indentation', 'if (!user) {\n  return res.status(404).end()\n}', 7, 9],
    ['with Windows line ends and trailing spaces', 'if (!user) {  \r\n\treturn res.status(404).end()\r\n', 7, 8],
    ['with an empty line more', 'if (!user) {\n\n    return res.status(404).end()', 7, 8],
    ['with a spread', 'res.json({ ...user, password: undefined })', 10, 10],
    ['within a wider claim', 'export const app = express()', 1, 10],
  ])('stands at its place: %s', (_, quote, start, end) => {
    expect(check(quote, start, end)).toEqual({ kind: 'at-place', lines: { start, end } })
  })

  test.each([
    ['another line was named', 'export const app = express()', 40, { start: 3, end: 3 }],
    ['the lines named hold half of it', 'if (!user) {\n    return res.status(404).end()\n  }', 8, { start: 7, end: 9 }],
    ['it stands twice and once nearby', 'const user = await users.find(req.params.id)', 16, { start: 14, end: 14 }],
    ['it is short and nearby', 'app.get', 1, { start: 5, end: 5 }],
  ])('is anchored again: %s', (_, quote, start, lines) => {
    expect(check(quote, start)).toEqual({ kind: 're-anchored', lines })
  })

  test.each([
    "app.get('/users/:id', async (req, res) => {\n  ...\n  res.json({ ...user, password: undefined })",
    "app.get('/users/:id', async (req, res) => {\n  // …\n  res.json({ ...user, password: undefined })",
    "app.get('/users/:id', … res.json({ ...user, password: undefined })",
  ])('may leave lines out: %j', (quote) => {
    expect(check(quote, 5, 11)).toEqual({ kind: 'at-place', lines: { start: 5, end: 11 } })
  })

  test('whole-file claims are narrowed to what is quoted', () => {
    const long = `${'// filler\n'.repeat(300)}const secret = 'abcdefgh'\n`
    expect(check("const secret = 'abcdefgh'", 1, 301, long)).toEqual({
      kind: 're-anchored',
      lines: { start: 301, end: 301 },
    })
  })
})

describe('a quote that is not in the file', () => {
  test.each([
    ['a word is another', 'await users.hardDelete(user)'],
    ['it begins inside a name', 'Delete(user)'],
    ['it ends inside a name', 'await users.softDel'],
    ['its parts stand in another order', "app.delete('/users/:id' … app.get('/users/:id'"],
    ['one of its parts is invented', "app.get('/users/:id' … await audit(user)"],
    ['lines were joined', 'if (!user) { return res.status(404).end()'],
    ['its case differs', 'EXPORT CONST APP = EXPRESS()'],
  ])('is not found: %s', (_, quote) => {
    expect(check(quote, 5)).toEqual({ kind: 'not-found', why: 'not-in-file' })
  })

  test('nor one from a file that is not there', () => {
    const claim = { path: 'gone.ts', lines: { start: 1, end: 1 }, quote: 'export const app = express()' }
    expect(checkQuote(claim, () => undefined)).toEqual({ kind: 'not-found', why: 'no-such-file' })
  })

  test.each(['', '  \n', '}', '})\n})', '…', '...'])('nor one that quotes nothing: %j', (quote) => {
    expect(check(quote, 5)).toEqual({ kind: 'not-found', why: 'nothing-quoted' })
  })

  test('one that stands in several places far from the line is not guessed', () => {
    const repeated = 'const user = await load()\n'.repeat(3) + '\n'.repeat(80)
    expect(check('const user = await load()', 70, 70, repeated)).toEqual({ kind: 'not-found', why: 'ambiguous' })
    expect(check('app.get', 60)).toEqual({ kind: 'not-found', why: 'ambiguous' })
  })
})

const word = fc.stringMatching(/^[a-z]{1,6}$/)
const line = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '))
const lines = fc.array(line, { minLength: 1, maxLength: 40 })

test('whatever is inserted above or between other lines, a quote is found where it went', () => {
  fc.assert(
    fc.property(lines, lines, lines, fc.stringMatching(/^[ \t]{0,8}$/), (above, below, inserted, indent) => {
      const quoted = ['const unique_marker_1 = load()', 'return unique_marker_1']
      const text = [...inserted, ...above, ...quoted.map((row) => indent + row), ...below].join('\n')
      const start = inserted.length + above.length + 1
      const claimed = above.length + 1
      const found = check(quoted.join('\n'), claimed, claimed + 1, text)
      expect(found).toEqual({ kind: 're-anchored', lines: { start, end: start + 1 } })
    }),
  )
})

test('a quote with a word that the file does not have is never accepted', () => {
  fc.assert(
    fc.property(lines, fc.nat(), fc.nat(), word, (rows, row, place, invented) => {
      fc.pre(!rows.join(' ').split(' ').includes(invented))
      const words = (rows[row % rows.length] ?? '').split(' ')
      words.splice(place % (words.length + 1), 0, invented)
      expect(check(words.join(' '), (row % rows.length) + 1, undefined, rows.join('\n')).kind).toBe('not-found')
    }),
  )
})

test('whatever is accepted is in the file, white space apart', () => {
  const code = fc.string({ unit: fc.constantFrom('a', 'b', '.', '…', ' ', '\n', '\t', '{', '\0'), maxLength: 60 })
  fc.assert(
    fc.property(code, code, fc.integer({ min: 1, max: 30 }), (text, quote, start) => {
      if (check(quote, start, start, text).kind === 'not-found') return
      const squeeze = (value: string) => value.replaceAll(/\s/g, '')
      const parts = quote.split(/…|\.{3}/).map(squeeze)
      expect(parts.every((part) => squeeze(text).includes(part))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('hostile texts cost what their length costs', () => {
  const text = 'a'.repeat(2_000_000)
  expect(check(`${'a'.repeat(9_999)}b`, 1, 1, text).kind).toBe('not-found')
  expect(check('a '.repeat(4_000), 1, 1, 'a '.repeat(500_000)).kind).toBe('at-place')
  expect(check(`${'\0'.repeat(50)} abcdefgh`, 1, 1, `${'\0'.repeat(50)} abcdefgh`).kind).toBe('at-place')
})
