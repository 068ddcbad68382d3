const express = require('express');
const fs = require('fs');
const path = require('path');
const { QueryTypes } = require('sequelize');
const { sequelize } = require('../models');

const router = express.Router();

// The back office opens this in Excel.
router.get('/orders', async (req, res) => {
  let sql = `SELECT o.id, o.status, o.total_cents, o.created_at, c.name, c.email
    FROM orders o JOIN customers c ON c.id = o.customer_id WHERE 1 = 1`;
  if (req.query.status) {
    sql += ` AND o.status = '${req.query.status}'`;
  }
  if (req.query.from) {
    sql += ` AND o.created_at >= '${req.query.from}'`;
  }
  sql += ' ORDER BY o.created_at DESC';

  const rows = await sequelize.query(sql, { type: QueryTypes.SELECT });

  const lines = ['id;status;total;created;name;email'];
  rows.forEach((row) => {
    lines.push([row.id, row.status, row.total_cents / 100, row.created_at, row.name, row.email].join(';'));
  });

  const file = path.join(__dirname, '..', '..', 'exports', 'orders.csv');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, lines.join('\n'));
  res.download(file);
});

router.get('/revenue', async (req, res, next) => {
  try {
    const rows = await sequelize.query(
      `SELECT date_trunc('day', paid_at) AS day, SUM(total_cents) AS cents
       FROM orders WHERE status IN ('paid', 'shipped') AND paid_at >= :from
       GROUP BY 1 ORDER BY 1`,
      { type: QueryTypes.SELECT, replacements: { from: req.query.from || '2026-01-01' } },
    );
    res.json(rows);
  } catch (err) {
    next(err);
  }
});

module.exports = router;
