const { DataTypes } = require('sequelize');

module.exports = (sequelize) =>
  sequelize.define(
    'User',
    {
      customerId: { type: DataTypes.INTEGER },
      email: { type: DataTypes.STRING(320), allowNull: false, validate: { isEmail: true } },
      passwordHash: { type: DataTypes.STRING(60), allowNull: false },
      role: { type: DataTypes.STRING(20), allowNull: false, defaultValue: 'customer' },
    },
    { tableName: 'users' },
  );
