const express = require('express');
const cors = require('cors');
const morgan = require('morgan');
const rateLimit = require('./middleware/rate-limit');
const authenticate = require('./middleware/authenticate');

const app = express();

app.use(morgan('dev'));
app.use(cors());
app.use(express.json({ limit: '50mb' }));
app.use(rateLimit({ windowMs: 60 * 1000, max: 100 }));

app.use('/health', require('./routes/health'));
app.use('/auth', require('./routes/auth'));
app.use('/orders', authenticate, require('./routes/orders'));
app.use('/reports', require('./routes/reports'));

app.use((req, res) => {
  res.status(404).json({ error: 'Not found' });
});

// eslint-disable-next-line no-unused-vars
app.use((err, req, res, next) => {
  console.log(err);
  res.status(err.status || 500).json({ error: err.message, stack: err.stack });
});

module.exports = app;
