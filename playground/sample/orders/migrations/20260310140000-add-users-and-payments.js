'use strict';

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      customer_id: {
        type: Sequelize.INTEGER,
        references: { model: 'customers', key: 'id' },
      },
      email: { type: Sequelize.STRING(320), allowNull: false, unique: true },
      password_hash: { type: Sequelize.STRING(60), allowNull: false },
      role: { type: Sequelize.STRING(20), allowNull: false, defaultValue: 'customer' },
      created_at: { type: Sequelize.DATE, allowNull: false },
      updated_at: { type: Sequelize.DATE, allowNull: false },
    });

    await queryInterface.addColumn('orders', 'payment_id', { type: Sequelize.STRING(80) });
    await queryInterface.addColumn('orders', 'paid_at', { type: Sequelize.DATE });
    await queryInterface.addIndex('orders', ['status', 'created_at']);
  },

  async down(queryInterface) {
    await queryInterface.removeIndex('orders', ['status', 'created_at']);
    await queryInterface.removeColumn('orders', 'paid_at');
    await queryInterface.removeColumn('orders', 'payment_id');
    await queryInterface.dropTable('users');
  },
};
