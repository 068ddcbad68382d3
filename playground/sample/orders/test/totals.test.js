const { priceItems, totalCents } = require('../src/services/order-service');

test('an order costs what its items cost', () => {
  const items = priceItems([
    { sku: 'MUG-BLUE', quantity: 2 },
    { sku: 'GIFT-WRAP', quantity: 1 },
  ]);
  expect(totalCents(items)).toBe(2 * 1290 + 250);
});

test('an unknown article is refused', () => {
  expect(() => priceItems([{ sku: 'SPOON', quantity: 1 }])).toThrow('Unknown article SPOON');
});
