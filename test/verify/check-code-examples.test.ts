import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkCode } from '../../src/verify/check-code.ts'
import { checkCodeExamples } from '../../src/verify/check-code-examples.ts'

test.each([
  ['js', "import express from 'express'\nconst app = express()\nawait start(app)"],
  ['js', "const x = require('x')\nmodule.exports = x"],
  ['js', 'const user = await load()\nif (!user) return'],
  ['js', "limits: { fileSize: 1e6 },\nstorage: 'disk',"],
  ['js', '{ limit: "100kb", strict: true }'],
  ['js', 'for await (const row of rows) {\n  // ...\n  yield row\n}'],
  ['js', 'case 404:\n  break\ndefault:\n  next()'],
  ['ts', '@Get(":id")\nasync find(@Param("id") id: string): Promise<User> {\n  return this.users.find(id)\n}'],
  ['ts', 'export class A<T extends object> { #a?: T }'],
  ['typescript', 'async (req: Request, res: Response) => {}, next'],
  ['tsx', 'const a = <App user={user} />'],
  ['json', '{ "engines": { "node": ">=24" } }'],
  ['json', '"engines": { "node": ">=24" }'],
  ['jsonc', '{ "a": 1, // one\n}'],
  ['yaml', 'on: push\njobs:\n  test:\n    steps: []\n---\na: 1'],
])('a piece of %s parses: %j', (language, code) => {
  expect(checkCode(code, language)).toEqual({ kind: 'ok' })
})

test.each([
  ['js', 'const a = 1\nconst = 2', 2],
  ['js', 'app.get("/", (req, res) => {\n  res.send(1)\n', 3],
  ['js', 'first()\n}\nsecond()\nif (a) {', 2],
  ['js', 'const a: string = "typed"', 1],
  ['ts', 'const a = <App />', 1],
  ['json', "{ 'a': 1 }", 1],
  ['yaml', 'a: 1\nb: [', 2],
])('broken %s is reported with its line: %j', (language, code, line) => {
  expect(checkCode(code, language)).toMatchObject({ kind: 'error', line, isPlaceholder: false })
})

test.each(['app.use(...)', 'function a() {\n  ...\n}', 'const a = …'])('a placeholder is not code: %j', (code) => {
  expect(checkCode(code, 'js')).toMatchObject({ kind: 'error', isPlaceholder: true })
})

test.each(['bash', 'sql', 'dockerfile', '', 'constructor', 'diff'])('%j is not parsed here', (language) => {
  expect(checkCode('((((', language)).toEqual({ kind: 'unchecked' })
})

test('every fence of a text is checked, in lists and quotes too, with lines of the text', () => {
  const markdown = [
    'Use this:',
    '',
    '```js',
    'const a = 1',
    '```',
    '',
    '- or',
    '',
    '  ```ts title="a.ts"',
    '  const b: number = 1',
    '  const = 3',
    '  ```',
    '',
    '> ```json',
    '> { "a": }',
    '> ```',
  ].join('\n')
  expect(checkCodeExamples(markdown).map(({ language, line, check }) => [language, line, check])).toEqual([
    ['js', 4, { kind: 'ok' }],
    ['ts', 10, expect.objectContaining({ kind: 'error', line: 11 })],
    ['json', 15, expect.objectContaining({ kind: 'error', line: 15 })],
  ])
})

test.each(['js', 'ts', 'json', 'jsonc', 'yaml'])('hostile %s ends nothing', (language) => {
  const kinds = ['[', '{', '(', '"', '`', '- ', '&a ', '/*'].map(
    (sign) => checkCode(sign.repeat(10_000), language).kind,
  )
  expect(kinds).not.toContain(undefined)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (code) => {
      expect(['ok', 'error', 'unchecked']).toContain(checkCode(code, language).kind)
    }),
  )
})
