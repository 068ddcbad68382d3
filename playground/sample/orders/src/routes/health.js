const express = require('express');

const router = express.Router();

router.get('/', (req, res) => {
  res.json({ status: 'ok', database: 'ok', payments: 'ok', uptime: process.uptime() });
});

module.exports = router;
