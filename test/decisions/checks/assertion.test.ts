import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Assertion } from '../../../src/decisions/checks/assertion.ts'
import { parseAssertion } from '../../../src/decisions/checks/parse-assertion.ts'
import { printAssertion } from '../../../src/decisions/checks/print-assertion.ts'

const glob = fc.oneof(
  fc.constantFrom('src/**', 'src/domain/**', '!src/gen/**', 'in', 'at', 'absent', '->', 'forbidden', 'src/{a,b}/*.ts'),
  fc.constantFrom('docs/my file.yaml', 'a"b', '!(gen)/**', 'src/[id]/x.ts', 'ä/ö.ts', '/x/', 'clean'),
  fc.string({ minLength: 1, maxLength: 12 }),
)
const globs = fc.array(glob, { maxLength: 3 })
const range = fc.constantFrom('^5', '>=22', '1.x || 2.x', '>=1.2.3 <2', '1.2.3 - 2.3.4', '*')
const pattern = fc.oneof(
  fc.constantFrom('console\\.log', 'a\\/b', 'x y', '"', '[/]x', '(?i)todo', 'in'),
  fc.string({ minLength: 1, maxLength: 10 }),
)
const assertion: fc.Arbitrary<Assertion> = fc.oneof(
  fc.record({
    kind: fc.constant('dependency' as const),
    name: fc.constantFrom('moment', '@nestjs/core', 'JSONStream', 'in', 'at'),
    state: fc.constantFrom('present' as const, 'absent' as const),
    within: globs,
  }),
  fc.record({
    kind: fc.constant('dependency' as const),
    name: fc.constantFrom('moment', '@nestjs/core'),
    state: fc.constant('version' as const),
    range,
    within: globs,
  }),
  fc.record({
    kind: fc.constant('import' as const),
    from: globs,
    to: globs,
    state: fc.constantFrom('forbidden' as const, 'required' as const),
  }),
  fc.record({
    kind: fc.constant('file' as const),
    path: glob,
    state: fc.constantFrom('present' as const, 'absent' as const),
  }),
  fc.record({ kind: fc.constant('engine' as const), name: fc.constantFrom('node', 'pnpm'), range, within: globs }),
  fc.record({
    kind: fc.constant('rule' as const),
    rule: fc.constantFrom('sql-injection', 'n-plus-one'),
    within: globs,
  }),
  fc.record({
    kind: fc.constant('text' as const),
    pattern,
    ignoreCase: fc.boolean(),
    state: fc.constantFrom('present' as const, 'absent' as const),
    within: globs,
  }),
)

test('what a check means survives being written, put into front matter and read again', () => {
  let read = 0
  const survives = fc.property(assertion, (value) => {
    const line = printAssertion(value)
    const [kept = ''] = parse(stringify({ checks: [line] })).checks as string[]
    const parsed = parseAssertion(kept)
    // Not every value of the type has a text: one made of a bad glob or pattern is refused with a sentence.
    if (!parsed.ok) return isOneSentence(parsed.sentence)
    read += 1
    return printAssertion(parsed.assertion) === line && isDeepStrictEqual({ ...parsed.assertion }, { ...value })
  })
  fc.assert(survives, { numRuns: 3000 })
  expect(read).toBeGreaterThan(500)
})

test('any line is either a check or one sentence with an example', () => {
  const words = fc.constantFrom(
    'dependency',
    'moment',
    'at',
    '^5',
    'in',
    'src/**',
    '->',
    'import',
    '/x/',
    '"',
    'absent',
  )
  const sentences = fc.array(words, { maxLength: 7 }).map((parts) => parts.join(' '))
  const isReadOrRefused = fc.property(fc.oneof(fc.string(), sentences), (text) => {
    const parsed = parseAssertion(text)
    if (!parsed.ok) return isOneSentence(parsed.sentence)
    return isDeepStrictEqual(parseAssertion(printAssertion(parsed.assertion)), parsed)
  })
  expect(() => fc.assert(isReadOrRefused, { numRuns: 3000 })).not.toThrow()
})

test.each([
  'dependency moment absent',
  'dependency fastify at ^5',
  'dependency fastify at >=5 <6 in packages/api',
  'import src/domain/** -> src/http/** forbidden',
  'file docs/openapi.yaml present',
  'engine node >=22',
  'rule sql-injection clean in src/**',
  'rule sql-injection clean',
  'text /console\\.log/ absent in src/** !src/cli/**',
])('%s is a check', (line) => {
  const parsed = parseAssertion(line)
  expect(parsed.ok && printAssertion(parsed.assertion)).toBe(line)
})

test.each([
  ['', 'dependency moment absent'],
  ['moment is gone', 'dependency moment absent'],
  ['dependency moment', 'dependency fastify at ^5'],
  ['dependency fastify at soon', 'dependency fastify at ^5'],
  ['dependency "../x" absent', 'dependency fastify at ^5'],
  ['import src/a/** src/b/** forbidden', '->'],
  ['import src/a/** -> forbidden', '->'],
  ['file /etc/passwd absent', 'file docs/openapi.yaml present'],
  ['file ../secrets absent', 'file docs/openapi.yaml present'],
  ['engine deno >=2', 'engine node >=22'],
  ['rule sql-injection in src/**', 'rule sql-injection clean in src/**'],
  ['text console.log absent in src/**', 'text /console\\.log/ absent in src/**'],
  ['text /(?=x)/ absent in src/**', 'lookaround'],
  ['text /x*/ absent in src/**', 'every line'],
  ['text /x{1000}/ absent in src/**', 'too large'],
  ['text /x/ absent', 'in which paths'],
])('%s gets a sentence with an example', (line, part) => {
  const parsed = parseAssertion(line)
  expect(parsed.ok).toBe(false)
  expect(parsed.ok || parsed.sentence).toContain(part)
})

test('a check longer than 500 characters is to be split', () => {
  const parsed = parseAssertion(`file ${'x'.repeat(600)} present`)
  expect(parsed).toEqual({ ok: false, sentence: expect.stringContaining('at most 500') })
})

function isOneSentence(text: string): boolean {
  return /^[^\n]+\.$/.test(text)
}
