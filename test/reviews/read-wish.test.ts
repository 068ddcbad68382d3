import { expect, test } from 'vitest'
import { readTyped, readWish } from '../../src/reviews/thread/read-wish.ts'

test.each([
  ['<@U1> review https://github.com/acme/orders', 'https://github.com/acme/orders', undefined],
  [
    '<@U1> please review <https://github.com/acme/orders/pull/7|#7> deep',
    '<https://github.com/acme/orders/pull/7|#7>',
    'deep',
  ],
  ['Run a standard review of git@github.com:acme/orders.git', 'git@github.com:acme/orders.git', 'standard'],
  ['<@U1> Hey, could you please review https://github.com/acme/orders?', 'https://github.com/acme/orders?', undefined],
  ['<@U1> can we review this again', undefined, undefined],
  ['<@U1> review', undefined, undefined],
  ['ok, so could you just run a deep review of our service once more?', undefined, 'deep'],
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

test.each([
  ['acme/orders deep', 'acme/orders', 'deep'],
  ['acme/orders', 'acme/orders', undefined],
  ['https://github.com/acme/orders Standard', 'https://github.com/acme/orders', 'standard'],
  ['deep', undefined, 'deep'],
  ['hello', 'hello', undefined],
  ['', undefined, undefined],
])('the command is given "%s"', (text, link, depth) => {
  expect(readTyped(text)).toEqual({ link, depth })
})
