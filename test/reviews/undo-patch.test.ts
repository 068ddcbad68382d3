import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { undoPatch } from '../../src/reviews/undo-patch.ts'
import { diffLines } from '../support/github/line-diff.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', '-x', '+y', '@@ -1 +1 @@', '  deep'), { maxLength: 30 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''))

test('a patch undone gives the text before it, whatever changed', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(undoPatch(after, diffLines(before, after).patch ?? '')).toBe(before)
    }),
    { numRuns: 1000 },
  )
})

test('a patch of another text is refused', () => {
  expect(undoPatch('one\ntwo\n', '@@ -1 +1 @@\n-zero\n+three')).toBeUndefined()
  expect(undoPatch('one\n', '@@ -9,2 +9,2 @@\n a\n-b\n+c')).toBeUndefined()
})

test('a missing break at the end is kept', () => {
  expect(undoPatch('b', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file')).toBe('a')
  expect(undoPatch('b\n', '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b')).toBe('a')
})
