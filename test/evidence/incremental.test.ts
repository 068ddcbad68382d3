import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { createRememberingParser } from '../../src/evidence/remembering-parser.ts'
import { toJson } from '../../src/evidence/report/json.ts'

/** What each file of a small service may say; an empty text stands for a file that is not there. */
const versions: Readonly<Record<string, readonly string[]>> = {
  'package.json': [
    '{"name":"shop","dependencies":{"express":"^4.18.0","mysql2":"^3.0.0","left-pad":"^1.0.0"}}',
    '{"name":"shop","dependencies":{"express":"^5.0.0"}}',
  ],
  'src/app.js': [
    "const express = require('express')\nconst orders = require('./orders')\nconst { guard } = require('./guard')\nconst app = express()\napp.use(guard)\napp.use('/orders', orders)\napp.get('/list', require('./list').list)\napp.listen(3000)",
    "const express = require('express')\nconst app = express()\napp.use('/orders', require('./orders'))\napp.get('/eval', (req, res) => res.send(String(eval(req.query.code))))\napp.listen(3000)",
    "const express = require('express'\nconst app = express()",
    '',
  ],
  'src/orders.js': [
    "const router = require('express').Router()\nconst { findOrder } = require('./store')\nrouter.get('/:id', async (req, res) => {\n  const order = await findOrder(req.params.id)\n  res.json(order)\n})\nmodule.exports = router",
    "const router = require('express').Router()\nconst store = require('./store')\nrouter.get('/:id', (request, response) => {\n  store.findOrder(request.params.id, answer)\n  function answer(rows) { response.send('<b>' + rows.name + request.query.title + '</b>') }\n})\nmodule.exports = router",
    '',
  ],
  'src/store.js': [
    "const pool = require('mysql2').createPool({ password: 'hunter2hunter2' })\nexports.findOrder = (id) => pool.query('SELECT * FROM orders WHERE id = ' + id)",
    "const pool = require('./pool')\nexports.findOrder = (id) => pool.query('SELECT * FROM orders WHERE id = ?', [id])",
    "const { findOrder } = require('./orders')\nexports.findOrder = (id, done) => done(findOrder(id))",
  ],
  // What these parameters are, only the application says.
  'src/list.js': ["exports.list = (asked, answer) => answer.send('<b>' + asked.query.title + '</b>')", ''],
  'src/pool.js': ["module.exports = require('mysql2').createPool({ uri: process.env.DB })", 'exports.query = eval', ''],
  'src/guard.js': [
    "exports.guard = (req, res, next) => {\n  if (!req.session.user) res.redirect('/login')\n  next()\n}",
    "const jwt = require('jsonwebtoken')\nexports.guard = (req, res, next) => {\n  req.user = jwt.verify(req.headers.token, 'a-long-secret-text')\n  next()\n}",
    '',
  ],
}

const paths = Object.keys(versions)
const edit = fc.record({ path: fc.constantFrom(...paths), version: fc.nat(3) })

test('a run that remembers unchanged files finds what a first run finds, whatever was edited', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 8, maxLength: 16 }), (edits) => {
      const parse = createRememberingParser()
      const chosen = new Map<string, number>()
      for (const { path, version } of edits) {
        chosen.set(path, version)
        const files = new Map([...chosen].map(([name, number]) => [name, versions[name]?.[number] ?? '']))
        for (const [name, text] of files) if (text === '') files.delete(name)
        expect(toJson(analyse(files, { parse }))).toEqual(toJson(analyse(files)))
      }
    }),
    { numRuns: 25 },
  )
})
