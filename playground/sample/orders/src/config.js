require('dotenv').config();

const databaseUrl = process.env.DATABASE_URL || 'postgres://orders:orders@localhost:5432/orders';

module.exports = {
  port: process.env.PORT || 3000,
  databaseUrl,
  jwtSecret: process.env.JWT_SECRET || 'change-me',
  paymentUrl: process.env.PAYMENT_URL,
  paymentKey: process.env.PAYMENT_KEY,
  mailUrl: process.env.MAIL_URL,

  // sequelize-cli reads these
  development: { url: databaseUrl, dialect: 'postgres' },
  test: { url: databaseUrl, dialect: 'postgres' },
  production: { url: databaseUrl, dialect: 'postgres' },
};
