import { expect, test } from 'vitest'
import { checkMessageBlocks, checkViewBlocks } from '../../support/slack/blocks/check-blocks.ts'
import { Refusal } from '../../support/slack/refusal.ts'

const plain = (text: string) => ({ type: 'plain_text', text })
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
const button = (over: object = {}) => ({ type: 'button', action_id: 'go', text: plain('Go'), ...over })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain(`Option ${index}`), value: `${index}` }))
const cells = (count: number) => Array.from({ length: count }, () => ({ type: 'raw_text', text: 'x' }))
const repeat = <T>(count: number, item: T) => Array.from({ length: count }, () => item)

function codeOf(check: (value: unknown) => unknown, value: unknown): string {
  try {
    check(value)
    return 'ok'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

const refused: [string, object][] = [
  ['an unknown type', { type: 'poem' }],
  ['a property it does not know', { type: 'divider', color: 'red' }],
  ['a section that says nothing', { type: 'section' }],
  ['an empty text', { type: 'section', text: mrkdwn('') }],
  ['a section over 3,000 characters', { type: 'section', text: mrkdwn('x'.repeat(3001)) }],
  ['eleven fields', { type: 'section', fields: repeat(11, mrkdwn('x')) }],
  ['a field over 2,000 characters', { type: 'section', fields: [mrkdwn('x'.repeat(2001))] }],
  ['a header in mrkdwn', { type: 'header', text: mrkdwn('x') }],
  ['a header over 150 characters', { type: 'header', text: plain('x'.repeat(151)) }],
  ['eleven context elements', { type: 'context', elements: repeat(11, mrkdwn('x')) }],
  ['26 buttons in a row', actions(...options(26).map(({ value }) => button({ action_id: value })))],
  ['no buttons in a row', actions()],
  ['two buttons with one action_id', actions(button(), button())],
  ['a button text over 75 characters', actions(button({ text: plain('x'.repeat(76)) }))],
  ['a button text in mrkdwn', actions(button({ text: mrkdwn('x') }))],
  ['a button value over 2,000 characters', actions(button({ value: 'x'.repeat(2001) }))],
  ['a button address over 3,000 characters', actions(button({ url: `https://${'x'.repeat(3000)}` }))],
  ['an unknown button style', actions(button({ style: 'gold' }))],
  ['an action_id over 255 characters', actions(button({ action_id: 'x'.repeat(256) }))],
  ['a block_id over 255 characters', { type: 'divider', block_id: 'x'.repeat(256) }],
  ['six overflow options', actions({ type: 'overflow', action_id: 'more', options: options(6) })],
  ['101 menu options', actions({ type: 'static_select', action_id: 'pick', options: options(101) })],
  ['a menu without options', actions({ type: 'static_select', action_id: 'pick' })],
  ['a text input among buttons', actions({ type: 'plain_text_input', action_id: 'say' })],
  ['an image without an address', { type: 'image', alt_text: 'x' }],
  ['101 table rows', { type: 'table', rows: repeat(101, cells(1)) }],
  ['21 table columns', { type: 'table', rows: [cells(21)] }],
  ['a data table without a caption', { type: 'data_table', rows: [cells(1)] }],
  ['an empty card', { type: 'card' }],
  ['a card body over 200 characters', { type: 'card', body: mrkdwn('x'.repeat(201)) }],
  ['an alert over 200 characters', { type: 'alert', text: plain('x'.repeat(201)) }],
  ['eleven cards in a carousel', { type: 'carousel', elements: repeat(11, { type: 'card', body: mrkdwn('x') }) }],
  ['six context actions', { type: 'context_actions', elements: repeat(6, { type: 'icon_button' }) }],
  ['markdown over 12,000 characters', { type: 'markdown', text: 'x'.repeat(12_001) }],
  ['a task with an unknown status', { type: 'task_card', task_id: 't', title: 'x', status: 'late' }],
]

test.each(refused)('a message is refused for %s', (_, block) => {
  expect(codeOf(checkMessageBlocks, [block])).toBe('invalid_blocks')
})

const accepted: object[] = [
  { type: 'divider' },
  { type: 'section', text: mrkdwn('x'.repeat(3000)), accessory: button() },
  { type: 'section', fields: repeat(10, mrkdwn('x')) },
  { type: 'header', text: plain('x'.repeat(150)) },
  {
    type: 'context',
    elements: [mrkdwn('x'), { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' }],
  },
  actions(button({ value: 'x'.repeat(2000), style: 'primary' }), button({ action_id: 'no', style: 'danger' })),
  actions({ type: 'static_select', action_id: 'pick', placeholder: plain('Pick'), options: options(100) }),
  { type: 'table', rows: repeat(100, cells(20)) },
  { type: 'data_table', caption: 'Findings', rows: [cells(2)], page_size: 10 },
  { type: 'markdown', text: '# Title' },
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] },
  { type: 'alert', text: plain('Careful'), level: 'warning' },
  { type: 'plan', title: 'Review', tasks: [{ type: 'task_card', task_id: 't', title: 'Read', status: 'complete' }] },
]

test.each(accepted)('a message may hold %j', (block) => {
  expect(codeOf(checkMessageBlocks, [block])).toBe('ok')
})

test('a block_id stands once in a message, and blocks without one are given one', () => {
  const divider = { type: 'divider', block_id: 'line' }
  expect(codeOf(checkMessageBlocks, [divider, divider])).toBe('invalid_blocks')
  expect(checkMessageBlocks([{ type: 'divider' }, { type: 'divider' }]).map(({ block_id }) => block_id)).not.toContain(
    undefined,
  )
})

test('a message holds one table', () => {
  const table = { type: 'table', rows: [cells(1)] }
  expect(codeOf(checkMessageBlocks, [table, table])).toBe('invalid_attachments')
})

test('a view holds 100 blocks, and none that only messages may hold', () => {
  expect(codeOf(checkViewBlocks, repeat(100, { type: 'divider' }))).toBe('ok')
  expect(codeOf(checkViewBlocks, repeat(101, { type: 'divider' }))).toBe('invalid_blocks')
  expect(codeOf(checkViewBlocks, [{ type: 'markdown', text: 'x' }])).toBe('invalid_blocks')
})
