import { expect, test } from 'vitest'
import { readWish } from '../../src/reviews/thread/read-wish.ts'

test.each([
  ['<@U1> review https://github.com/acme/orders', 'https://github.com/acme/orders', undefined],
  [
    '<@U1> please review <https://github.com/acme/orders/pull/7|#7> deep',
    '<https://github.com/acme/orders/pull/7|#7>',
    'deep',
  ],
  ['Run a standard review of git@github.com:acme/orders.git', 'git@github.com:acme/orders.git', 'standard'],
  ['<@U1> review', undefined, undefined],
  ['<@U1> review this again, deep please', undefined, 'deep'],
])('"%s" asks for a review', (text, link, depth) => {
  expect(readWish(text)).toEqual({ link, depth })
})

test.each([
  'review my plan: one queue for each tenant',
  '<@U1> what does a review of https://github.com/acme/orders cost?',
  'Look at https://github.com/acme/orders and tell me what breaks first',
  'we reviewed it',
])('"%s" is a question', (text) => {
  expect(readWish(text)).toBeUndefined()
})
