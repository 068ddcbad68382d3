import { expect, test } from 'vitest'
import { readFilter } from '../../src/decisions/read-filter.ts'

test.each([
  ['', { words: '', filter: {} }],
  ['why kafka tag:Queues', { words: 'why kafka', filter: { tag: 'Queues' } }],
  ['tag:"event sourcing" kafka', { words: 'kafka', filter: { tag: 'event sourcing' } }],
  ['tag:“event sourcing”', { words: '', filter: { tag: 'event sourcing' } }],
  ['"two words" repo:Acme/Orders', { words: '"two words"', filter: { repository: 'acme/orders' } }],
  ['status:accepted,Rejected,accepted', { words: '', filter: { statuses: ['accepted', 'rejected'] } }],
  ['status: accepted', expect.stringContaining('There is no status')],
  ['tag: kafka', expect.stringContaining('right after the colon')],
  ['repo:orders', expect.stringContaining('owner/repo')],
])('%s', (text, read) => {
  expect(readFilter(text)).toEqual(read)
})
