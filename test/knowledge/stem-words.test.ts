import { expect, test } from 'vitest'
import { stemSubjectWords, stemWords } from '../../src/knowledge/stem-words.ts'

test.each([
  ['cache', 'caching'],
  ['query', 'queries'],
  ['validate', 'validation'],
  ['log', 'logging'],
  ['connect', 'connections'],
  ['box', 'boxes'],
  ['api', 'APIs'],
])('%s and %s are the same word', (first, second) => {
  expect(stemWords(first)).toEqual(stemWords(second))
})

test('names that only look like plurals stay whole', () => {
  expect(stemWords('express redis cors')).toEqual(['express', 'redis', 'cors'])
  expect(stemWords('cors')).not.toEqual(stemWords('cores'))
})

test('n+1 and socket.io are one word each', () => {
  expect(stemWords('n+1 over socket.io.')).toEqual(['n+1', 'over', 'socket.io'])
})

test('the parts of a camel-case name are found too', () => {
  expect(stemWords('hashSync')).toEqual(['hashsync', 'hash', 'sync'])
})

test('words without a subject are left out', () => {
  expect([...stemSubjectWords('What is the best way to use a queue?')]).toEqual(['queu'])
})
