const { DataTypes } = require('sequelize');

module.exports = (sequelize) =>
  sequelize.define(
    'OrderItem',
    {
      orderId: { type: DataTypes.INTEGER, allowNull: false },
      sku: { type: DataTypes.STRING(40), allowNull: false },
      quantity: { type: DataTypes.INTEGER, allowNull: false, validate: { min: 1, max: 1000 } },
      unitCents: { type: DataTypes.INTEGER, allowNull: false, validate: { min: 0 } },
    },
    { tableName: 'order_items', timestamps: false },
  );
