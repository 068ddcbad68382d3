import { expect, test } from 'vitest'
import { joinSegments, readSegments } from '../../src/lib/fenced-code.ts'

const codeIn = (markdown: string) =>
  readSegments(markdown).flatMap((segment) => (segment.kind === 'fence' ? [segment.body] : []))

const cases: [name: string, markdown: string, code: string[][]][] = [
  ['plain code', 'a\n```ts\nb\n```\nc', [['b']]],
  ['code in a list item', '- a\n  ```\n  b\n  ```\nc', [['  b']]],
  ['code in a numbered item that begins with it', '1. ```\n   b\n   ```', [['   b']]],
  ['code in a quote', '> ```\n> b\n> ```', [['> b']]],
  ['a tab indents as far as the next stop', '-\t```\n\tb\n\t```', [['\tb']]],
  ['four spaces are no fence', 'a\n\n    ```\n    b', []],
  ['backticks after a word on the fence line are text', '``` a` b\nc', []],
  ['a lazy line stays in the item, so the fence does too', '- a\nlazy\n  ```\nb\n```', [[], []]],
  ['a line without the quote sign ends the code', '> ```\nb', [[]]],
  ['a line left of the item ends the code', '- ```\n  b\nc', [['  b']]],
  ['other white space does not make a blank line', '- ```\n\u00a0\n  b', [[]]],
]

test.each(cases)('finds %s', (_, markdown, code) => {
  expect(codeIn(markdown)).toEqual(code)
})

test('what the end of the text or of a container closes gets its closing line', () => {
  expect(joinSegments(readSegments('```ts\na\n'))).toBe('```ts\na\n```\n')
  expect(joinSegments(readSegments('1. > ```\n   > a\nb'))).toBe('1. > ```\n   > a\n   > ```\nb')
})

test('closed code is left as it is written', () => {
  const markdown = 'a\n\n~~~ ts\nb\n~~~~\n\n> - ```\n>   c\n>   ```\n\nd\n'
  expect(joinSegments(readSegments(markdown))).toBe(markdown)
})
