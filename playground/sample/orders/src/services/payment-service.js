const axios = require('axios');
const config = require('../config');

async function charge(order, card) {
  console.log(`charging order ${order.id}`, { amount: order.totalCents, card });

  const response = await axios.post(
    `${config.paymentUrl}/charges`,
    {
      amount: order.totalCents,
      currency: 'EUR',
      reference: `order-${order.id}`,
      card,
    },
    { headers: { Authorization: `Bearer ${config.paymentKey}` } },
  );

  if (response.data.status !== 'captured') {
    const err = new Error('The card was declined');
    err.status = 402;
    throw err;
  }
  return response.data;
}

module.exports = { charge };
