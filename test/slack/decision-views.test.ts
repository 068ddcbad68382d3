import type { SectionBlock } from '@slack/web-api'
import { expect, test } from 'vitest'
import { draftNew } from '../../src/decisions/decide.ts'
import type { Decision } from '../../src/decisions/decision.ts'
import { renderCard } from '../../src/slack/views/decisions/card.ts'
import { renderDecisionLines } from '../../src/slack/views/decisions/list.ts'
import { renderImport } from '../../src/slack/views/decisions/exchange.ts'
import { renderDetails } from '../../src/slack/views/decisions/details.ts'
import { bodyOf, newDecision, person } from '../decisions/support.ts'

const view = { style: 'modern', seenUrls: [], gone: [] } as const

function accepted(changes: Partial<Decision>): Decision {
  const ruling = draftNew(newDecision('d1', bodyOf('Use Postgres', ['UA'])), person('UA'), 1)
  if ('refused' in ruling) throw new Error(ruling.refused)
  return { ...ruling.next, status: 'accepted', number: 1, ...changes }
}

test('a card with many long amendments is a message Slack takes', () => {
  const amendments = Array.from({ length: 12 }, () => ({ text: 'word '.repeat(390), by: 'UA', at: 1 }))
  const { blocks } = renderCard(accepted({ amendments }), view)
  expect(JSON.stringify(blocks).length).toBeLessThan(13_000)
})

test('the details show the last step however long the history is', () => {
  const history = Array.from({ length: 40 }, (_, index) => ({
    version: index + 1,
    kind: 'amended',
    actorId: 'UA',
    origin: 'form',
    detail: { text: `step ${index + 1} ${'& '.repeat(100)}` },
    at: index,
  }))
  const facts = { decision: accepted({}), history, checks: [], related: [], channelId: 'C1' }
  const { blocks } = renderDetails(facts, view)
  expect(JSON.stringify(blocks)).toContain('step 40 ')
  expect(blocks.length).toBeLessThan(100)
  const texts = blocks.map((block) => ('text' in block && typeof block.text === 'object' ? block.text.text : ''))
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(3000)
})

test('what is longer than Slack takes is cut in a list and in a preview of an import', () => {
  const long = `${'😀'.repeat(1500)}${'&'.repeat(1500)}`
  const decision = accepted({ body: bodyOf(long, ['UA'], { tags: [long] }) })
  const files = Array.from({ length: 20 }, () => ({ path: `docs/adr/${'&'.repeat(200)}.md`, title: long, text: '' }))
  const choices = [{ path: 'docs/adr/1.md', name: long, decisionId: 'd1', text: '', sides: ['ours'] as const }]
  const none = { unchanged: [], changedHere: [], missingThere: [], elsewhere: [], skipped: [], changed: [] }
  const plan = { repository: 'acme/orders', sha: 'a'.repeat(40), fresh: files, choices, ...none }
  const blocks = [...renderDecisionLines([decision]), ...(renderImport(plan).blocks ?? [])]
  const texts = blocks
    .filter((block): block is SectionBlock => block.type === 'section')
    .map(({ text }) => text?.text ?? '')
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(3000)
  expect(texts.filter((text) => !text.isWellFormed())).toEqual([])
})
