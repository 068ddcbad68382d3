import { expect, test } from 'vitest'
import { severitiesOf } from './severities-of.ts'

const files = {
  'app.js': `const app = require('express')()
app.use('/orders', require('./orders'))
app.use('/notes', require('./notes'))
app.listen(3000)
`,
  'orders.js': `const router = require('express').Router()
const jwt = require('jsonwebtoken')
const { Order } = require('./models')
const signedIn = (req, res, next) => {
  req.user = jwt.verify(req.headers.authorization, process.env.JWT_SECRET, { algorithms: ['HS256'] })
  next()
}
router.delete('/:id', signedIn, async (req, res) => res.json(await Order.deleteOne({ _id: String(req.params.id) })))
module.exports = router
`,
  'models.js': `const mongoose = require('mongoose')
exports.Order = mongoose.model('Order', new mongoose.Schema({ item: String }))
exports.Note = mongoose.model('Note', new mongoose.Schema({ text: String }))
`,
}

const notes = (...routes: string[]) => `const router = require('express').Router()
const { Note } = require('./models')
${routes.map((path) => `router.delete('${path}', async (req, res) => res.json(await Note.deleteOne({ _id: 1 })))`).join('\n')}
module.exports = router
`

test('a router without any guard weighs once, whatever the number of its routes', () => {
  const severities = (...routes: string[]) => severitiesOf('missing-auth', { ...files, 'notes.js': notes(...routes) })
  expect(severities('/all', '/:id', '/old')).toEqual(['high', 'info', 'info'])
  expect(severities('/all', '/:id')).toEqual(['high', 'high'])
})

test('what strangers are to call weighs little', () => {
  const severities = (path: string, step = '') =>
    severitiesOf('missing-auth', {
      ...files,
      'notes.js': notes('/:id').replace("delete('/:id', ", `post('${path}', ${step}`),
    })
  expect(severities('/:id/close')).toEqual(['high'])
  expect(severities('/:id/report')).toEqual(['low'])
  expect(severities('/:id/close', 'requireTurnstile, ')).toEqual(['low'])
})

test('missing headers weigh less where what is rendered is no page', () => {
  const app = (line: string) => `const app = require('express')()
app.get('/report', (req, res) => ${line})
app.listen(3000)
`
  const severities = (line: string) => severitiesOf('missing-helmet', { 'app.js': app(line) })
  expect(severities("res.render('report')")).toEqual(['medium'])
  expect(severities('res.send(pdf.render())')).toEqual(['low'])
})

test('a file of the project itself weighs less than one that a request names', () => {
  const reading = (path: string) => `const fs = require('fs')
const path = require('path')
const folder = path.join(__dirname, 'mails')
require('express')().get('/mails/:name', (req, res) => res.send(fs.readFileSync(${path}, 'utf8')))
`
  const severities = (path: string) => severitiesOf('sync-io-in-handler', { 'app.js': reading(path) })
  expect(severities("path.join(folder, 'welcome.html')")).toEqual(['low'])
  expect(severities('path.join(folder, req.params.name)')).toEqual(['medium'])
})

test('the page of somebody by name weighs less than the row of somebody by id', () => {
  const app = (path: string) => `const express = require('express')
const jwt = require('jsonwebtoken')
const { requireUser } = require('./require-user')
const { Profile } = require('./profile')
const router = express.Router()
router.put('/profiles', requireUser, async (req, res) => res.json(await Profile.updateOne({ _id: req.user.id }, {})))
router.get('${path}', async (req, res) => res.json(await Profile.findOne(req.params)))
module.exports = router
`
  const severities = (path: string) => severitiesOf('missing-auth', { 'app.js': app(path) })
  expect(severities('/profiles/:username')).toEqual(['medium'])
  expect(severities('/profiles/:id')).toEqual(['high'])
})

test('what a handler does that no route has is for later', () => {
  const handlers = (mounted: string) =>
    severitiesOf('sql-injection', {
      'handlers.js': `const { Pool } = require('pg')
const pool = new Pool()
exports.init = (app) => {${mounted}}
const listOrders = async (req, res) => {
  res.json((await pool.query("select * from orders where name = '" + req.query.name + "'")).rows)
}
`,
      'app.js': `const app = require('express')()
require('./handlers').init(app)
app.listen(3000)
`,
    })
  expect(handlers(" app.get('/orders', listOrders) ")).toEqual(['critical'])
  expect(handlers(" app.get('/', (req, res) => res.end()) ")).toEqual(['low'])
})
