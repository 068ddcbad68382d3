const { DataTypes } = require('sequelize');

module.exports = (sequelize) =>
  sequelize.define(
    'Order',
    {
      customerId: { type: DataTypes.INTEGER, allowNull: false },
      status: {
        type: DataTypes.STRING(20),
        allowNull: false,
        defaultValue: 'open',
        validate: { isIn: [['open', 'paid', 'shipped', 'cancelled']] },
      },
      totalCents: { type: DataTypes.INTEGER, allowNull: false, validate: { min: 0 } },
      note: { type: DataTypes.TEXT },
      paymentId: { type: DataTypes.STRING(80) },
      paidAt: { type: DataTypes.DATE },
    },
    { tableName: 'orders' },
  );
