import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DecisionBody, emptyBody, type Statement } from '../../src/decisions/decision.ts'
import { toBody } from '../../src/slack/views/decisions/form-fields.ts'
import { readDecisionForm, renderDecisionForm } from '../../src/slack/views/decisions/form.ts'

const about = { kind: 'decision' as const, id: 'd1', version: 1 }

test('a form that nobody touches changes nothing', () => {
  fc.assert(
    fc.property(bodies(), (body) => {
      expect(toBody(sendUntouched(body), body)).toEqual(body)
    }),
  )
})

test('a field that is longer than a form takes stays whole', () => {
  const body = { ...emptyBody('Long'), context: [said('word '.repeat(700))] }
  expect(toBody(sendUntouched(body), body)).toEqual(body)
})

test('a line that is added leaves every other statement with its source', () => {
  const good = [said('Two\nlines of one block'), said('One line')]
  const body = { ...emptyBody('Good'), good }
  const sent = { ...sendUntouched(body), good: 'New\nTwo\nlines of one block\nOne line' }
  expect(toBody(sent, body).good).toEqual([{ text: 'New', source: { kind: 'written' } }, ...good])
})

test('an option whose name holds a colon keeps what speaks for it when it is described or chosen', () => {
  const name = 'Timeouts: pass a signal'
  const option = { name, description: [], pros: [said('It ends')], neutral: [], cons: [] }
  const body = { ...emptyBody('Timeouts'), options: [option] }
  const sent = { ...sendUntouched(body), options: `${name}: to fetch\nDo nothing`, option: name }
  const { options, outcome } = toBody(sent, body)
  expect(outcome.option).toBe(name)
  expect(options.map((each) => each.name)).toEqual([name, 'Do nothing'])
  expect(options[0]?.pros).toEqual(option.pros)
  expect(options[0]?.description.map(({ text }) => text)).toEqual(['to fetch'])
})

/** What Slack sends for a form as it was opened: each field it shows, with what stands in it. */
function sendUntouched(body: DecisionBody) {
  const view = renderDecisionForm({ about, channelId: 'C1' }, { body, checks: [], reviewBy: undefined })
  const values: Record<string, Record<string, object>> = {}
  for (const block of view.blocks)
    if ('element' in block && block.block_id) {
      const element: Record<string, unknown> = { ...block.element }
      values[block.block_id] = {
        [block.block_id]: {
          value: element.initial_value ?? null,
          selected_option: element.initial_option ?? null,
          selected_users: element.initial_users ?? [],
        },
      }
    }
  return readDecisionForm({ private_metadata: view.private_metadata ?? '', state: { values } })?.filled ?? {}
}

function said(text: string): Statement {
  return { text, source: { kind: 'message', ts: '1.1', link: 'https://acme.slack.com/p11' } }
}

function bodies() {
  const text = fc.stringMatching(/^[ a-cé:,.\n-]{1,12}$/)
  const statements = fc.array(
    text.map((words) => said(words)),
    { maxLength: 3 },
  )
  const option = fc.record({
    name: text,
    description: statements,
    pros: statements,
    neutral: statements,
    cons: statements,
  })
  return fc
    .record({
      title: text,
      context: statements,
      options: fc.array(option, { maxLength: 3 }),
      justification: statements,
      good: statements,
      bad: statements,
      tags: fc.array(text, { maxLength: 2 }),
      paths: fc.array(text, { maxLength: 2 }),
      chosen: fc.nat(3),
    })
    .map(({ justification, chosen, paths, ...body }): DecisionBody => ({
      ...emptyBody(''),
      ...body,
      outcome: { option: body.options[chosen]?.name ?? '', justification },
      affects: { paths, packages: ['pg'], services: [] },
      repository: 'Acme/Orders',
    }))
}
