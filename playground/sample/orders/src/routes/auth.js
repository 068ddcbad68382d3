const express = require('express');
const bcrypt = require('bcryptjs');
const jwt = require('jsonwebtoken');
const Joi = require('joi');
const config = require('../config');
const { sequelize, Customer, User } = require('../models');

const router = express.Router();

const registerSchema = Joi.object({
  name: Joi.string().max(200).required(),
  email: Joi.string().email().max(320).required(),
  password: Joi.string().min(8).max(72).required(),
});

const failedLogins = {};

router.post('/register', async (req, res, next) => {
  const { error, value } = registerSchema.validate(req.body);
  if (error) return res.status(400).json({ error: error.message });

  try {
    const user = await sequelize.transaction(async (transaction) => {
      const customer = await Customer.create({ name: value.name, email: value.email }, { transaction });
      const passwordHash = bcrypt.hashSync(value.password, 12);
      return User.create({ customerId: customer.id, email: value.email, passwordHash }, { transaction });
    });
    res.status(201).json({ id: user.id });
  } catch (err) {
    next(err);
  }
});

router.post('/login', async (req, res) => {
  const { email, password } = req.body;

  if (failedLogins[email] > 5) {
    return res.status(429).json({ error: 'Too many attempts' });
  }

  const user = await User.findOne({ where: { email } });
  if (!user) {
    return res.status(404).json({ error: 'No account with this email' });
  }
  if (!bcrypt.compareSync(password, user.passwordHash)) {
    failedLogins[email] = (failedLogins[email] || 0) + 1;
    return res.status(401).json({ error: 'Wrong password' });
  }

  delete failedLogins[email];
  const token = jwt.sign({ sub: user.id, customerId: user.customerId, role: user.role }, config.jwtSecret);
  res.json({ token });
});

module.exports = router;
