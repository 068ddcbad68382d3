const { Sequelize } = require('sequelize');
const config = require('../config');

const sequelize = new Sequelize(config.databaseUrl, {
  dialect: 'postgres',
  define: { underscored: true },
  pool: { max: 20 },
  logging: false,
});

const Customer = require('./customer')(sequelize);
const Order = require('./order')(sequelize);
const OrderItem = require('./order-item')(sequelize);
const User = require('./user')(sequelize);

Customer.hasMany(Order, { as: 'orders', foreignKey: 'customerId' });
Order.belongsTo(Customer, { as: 'customer', foreignKey: 'customerId' });
Order.hasMany(OrderItem, { as: 'items', foreignKey: 'orderId' });
OrderItem.belongsTo(Order, { as: 'order', foreignKey: 'orderId' });
User.belongsTo(Customer, { as: 'customer', foreignKey: 'customerId' });

module.exports = { sequelize, Customer, Order, OrderItem, User };
