const fs = require('fs');
const path = require('path');
const axios = require('axios');
const config = require('../config');
const { sequelize, Customer, Order, OrderItem } = require('../models');

const PRICE_LIST = path.join(__dirname, '..', 'price-list.json');

function totalCents(items) {
  return items.reduce((sum, item) => sum + item.unitCents * item.quantity, 0);
}

function priceItems(items) {
  // Purchasing replaces the file while we are running.
  const prices = JSON.parse(fs.readFileSync(PRICE_LIST, 'utf8'));

  return items.map((item) => {
    const unitCents = prices[item.sku];
    if (unitCents === undefined) {
      const err = new Error(`Unknown article ${item.sku}`);
      err.status = 422;
      throw err;
    }
    return { sku: item.sku, quantity: item.quantity, unitCents };
  });
}

async function placeOrder(customerId, { note, items }) {
  const priced = priceItems(items);

  return sequelize.transaction(async (transaction) => {
    const order = await Order.create({ customerId, note, totalCents: totalCents(priced) }, { transaction });
    await OrderItem.bulkCreate(
      priced.map((item) => ({ ...item, orderId: order.id })),
      { transaction },
    );
    return order;
  });
}

async function remindUnpaid() {
  const orders = await Order.findAll({
    where: { status: 'open' },
    include: [{ model: Customer, as: 'customer' }],
  });

  await Promise.all(
    orders.map((order) =>
      axios.post(config.mailUrl, {
        to: order.customer.email,
        subject: `Your order ${order.id} is waiting`,
        text: `Hello ${order.customer.name}, your order over ${order.totalCents / 100} EUR is not paid yet.`,
      }),
    ),
  );
  return orders.length;
}

module.exports = { placeOrder, priceItems, remindUnpaid, totalCents };
