import { describe, expect, test } from 'vitest'
import { loadPlaybooks } from '../../src/knowledge/load-playbooks.ts'
import { indexPlaybooks, searchPlaybooks } from '../../src/knowledge/search-playbooks.ts'
import { GOLDEN_QUESTIONS, UNRELATED_QUESTIONS } from './golden-questions.ts'

const playbooks = loadPlaybooks()
const index = indexPlaybooks(playbooks)

function findIds(question: string): string[] {
  return searchPlaybooks(index, question).map(({ playbook }) => playbook.id)
}

describe('a design question finds its playbook', () => {
  test.each(GOLDEN_QUESTIONS)('$question', ({ question, playbook }) => {
    expect(findIds(question).slice(0, 2)).toContain(playbook)
  })
})

test('every playbook has golden questions', () => {
  const asked = new Set(GOLDEN_QUESTIONS.map(({ playbook }) => playbook))
  expect(playbooks.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([])
})

describe('an unrelated message finds nothing', () => {
  test.each(UNRELATED_QUESTIONS)('%j', (question) => {
    expect(findIds(question)).toEqual([])
  })
})

test('the better match comes first', () => {
  const scores = searchPlaybooks(index, 'Redis cache or BullMQ job?').map(({ score }) => score)
  expect(scores.length).toBeGreaterThan(1)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
})

test('a question is found whatever its case and endings', () => {
  expect(findIds('RATE LIMITING')[0]).toBe('rate-limits-and-headers')
  expect(findIds('rate limits')[0]).toBe('rate-limits-and-headers')
})
