import { expect, test } from 'vitest'
import { createModelFingerprints, type QuotedPlace } from '../../../src/reviews/narrative/model-fingerprints.ts'

const text = `export async function listOrders(req, res) {
  const orders = await Order.findAll({ where: req.query })
  for (const order of orders) {
    order.items = await Item.findAll({ where: { orderId: order.id } })
  }
  res.json(orders)
}
`
const quoted = (from: number, to: number, of = text): QuotedPlace => ({
  area: 'database',
  quote: of
    .split('\n')
    .slice(from - 1, to)
    .join('\n'),
  text: of,
  line: from,
})
const once = (place: QuotedPlace, known: ReadonlySet<string> = new Set()) => createModelFingerprints(known)(place)

test('a finding keeps its fingerprint when its code moves, is indented or quoted differently', () => {
  const before = once(quoted(4, 4))
  const moved = `import x from 'y'\n\n${text.replaceAll("'", '"').replaceAll('  ', '    ')}`
  expect(once(quoted(6, 6, moved))).toBe(before)
  const changed = text.replace('orderId: order.id', 'orderId: order.number')
  expect(once(quoted(4, 4, changed))).not.toBe(before)
  expect(once({ ...quoted(4, 4), area: 'security' })).not.toBe(before)
})

test('a finding that somebody answered for is known again in sixteen reviews that quote it a line more or less', () => {
  const dismissed = once(quoted(3, 5))
  for (let round = 0; round < 16; round += 1) {
    const place = quoted(4 - (round % 4), 4 + (round % 3))
    expect(once(place, new Set([dismissed]))).toBe(dismissed)
  }
})

test('two findings never share a fingerprint', () => {
  const fingerprintOf = createModelFingerprints(new Set())
  expect(new Set([quoted(4, 4), quoted(4, 4), quoted(3, 5)].map(fingerprintOf)).size).toBe(3)
})
