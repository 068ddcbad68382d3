const express = require('express');
const Joi = require('joi');
const { Customer, Order, OrderItem } = require('../models');
const orderService = require('../services/order-service');
const paymentService = require('../services/payment-service');

const router = express.Router();

const orderSchema = Joi.object({
  note: Joi.string().max(1000).allow(''),
  items: Joi.array()
    .items(
      Joi.object({
        sku: Joi.string().max(40).required(),
        quantity: Joi.number().integer().min(1).max(1000).required(),
      }),
    )
    .min(1)
    .max(100)
    .required(),
});

router.get('/', async (req, res) => {
  const orders = await Order.findAll({ order: [['createdAt', 'DESC']] });

  const result = [];
  for (const order of orders) {
    const items = await OrderItem.findAll({ where: { orderId: order.id } });
    const customer = await Customer.findByPk(order.customerId);
    result.push({ ...order.toJSON(), items, customer });
  }

  res.json(result);
});

router.post('/', async (req, res, next) => {
  const { error, value } = orderSchema.validate(req.body);
  if (error) return res.status(400).json({ error: error.message });

  try {
    const order = await orderService.placeOrder(req.user.customerId, value);
    res.status(201).json(order);
  } catch (err) {
    next(err);
  }
});

router.post('/remind', async (req, res) => {
  const sent = await orderService.remindUnpaid();
  res.json({ sent });
});

router.get('/:id', async (req, res) => {
  const order = await Order.findByPk(req.params.id, { include: [{ model: OrderItem, as: 'items' }] });
  if (!order) return res.status(404).json({ error: 'Order not found' });
  res.json(order);
});

router.patch('/:id', async (req, res) => {
  const order = await Order.findByPk(req.params.id);
  await order.update(req.body);
  res.json(order);
});

router.post('/:id/pay', async (req, res) => {
  const order = await Order.findByPk(req.params.id);
  if (!order) return res.status(404).json({ error: 'Order not found' });
  if (order.status === 'paid') return res.status(409).json({ error: 'Order is already paid' });

  const payment = await paymentService.charge(order, req.body.card);
  await order.update({ status: 'paid', paymentId: payment.id, paidAt: new Date() });
  res.json(order);
});

module.exports = router;
