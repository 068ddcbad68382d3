import { expect, test } from 'vitest'
import { severitiesOf } from './severities-of.ts'

const guarded = (comment: string) => `const express = require('express')
const jwt = require('jsonwebtoken')
const { Track } = require('./models')
const app = express()
const signedIn = (req, res, next) => {
  req.user = jwt.verify(req.headers.authorization, process.env.JWT_SECRET, { algorithms: ['HS256'] })
  next()
}
${comment}
app.post('/tracks', async (req, res) => res.json(await Track.create({ text: String(req.body.text) })))
// For those signed in
app.delete('/tracks/:id', signedIn, async (req, res) => res.json(await Track.deleteOne({ _id: req.params.id, user: req.user.id })))
`

test('an open route that a comment calls public weighs little', () => {
  const severities = (comment: string) => severitiesOf('missing-auth', { 'app.js': guarded(comment) })
  expect(severities('// What was looked for')).toEqual(['high'])
  expect(severities('// Public route')).toEqual(['low'])
})

test('a row that is missing weighs little where a catch around answers', () => {
  const severities = (body: string) =>
    severitiesOf('null-deref', {
      'app.js': `const express = require('express')
const mongoose = require('mongoose')
const User = mongoose.model('User', new mongoose.Schema({ name: String }))
const app = express()
app.get('/users/:id', async (req, res) => {
  ${body}
})
`,
    })
  const use = 'const user = await User.findById(req.params.id)\n  res.json({ name: user.name })'
  expect(severities(use)).toEqual(['medium'])
  expect(severities(`try {\n  ${use}\n  } catch (error) {\n  res.status(500).end()\n  }`)).toEqual(['low'])
})

test('a second answer weighs little where the framework drops it', () => {
  const answers = (open: string) => `${open}
  if (request.params.id === '0') {
    reply.send({ id: 0 })
  }
  reply.send({ id: request.params.id })
})
`
  const fastify = "const app = require('fastify')()\napp.get('/things/:id', (request, reply) => {"
  expect(severitiesOf('double-response', { 'app.js': answers(fastify) })).toEqual(['low'])
})

test('a ring of modules that are read in functions alone is a note', () => {
  const ring = (use: string) =>
    severitiesOf('import-cycle', {
      'orders.ts':
        "import { total } from './invoices'\nexport const orders: number[] = []\nexport const sum = () => total(orders)\n",
      'invoices.ts': `import { orders } from './orders'\nexport const total = (list: number[]) => list.length\n${use}\n`,
    })
  expect(ring('export const count = () => orders.length')).toEqual(['info'])
  expect(ring('export const count = orders.length')).toEqual(['low'])
})

test('a path weighs little when only names that are stored get as far', () => {
  const shown = (lookup: string) =>
    severitiesOf('path-traversal', {
      'app.js': `const express = require('express')
const fs = require('node:fs')
const { findPicture } = require('./pictures')
const app = express()
app.get('/pictures/:name', async (req, res) => {
  ${lookup}
  fs.createReadStream('/pictures/' + req.params.name).pipe(res)
})
`,
    })
  expect(shown('')).toEqual(['high'])
  const asked = 'const picture = await findPicture(req.params.name)\n  if (!picture) return res.sendStatus(404)'
  expect(shown(asked)).toEqual(['low'])
})

test('open routes that end in the same handler are one finding', () => {
  const severities = severitiesOf('missing-auth', {
    'app.js': `const express = require('express')
const jwt = require('jsonwebtoken')
const { Track } = require('./models')
const app = express()
const signedIn = (req, res, next) => {
  req.user = jwt.verify(req.headers.authorization, process.env.JWT_SECRET, { algorithms: ['HS256'] })
  next()
}
const keep = async (req, res) => res.json(await Track.create({ text: String(req.body.text) }))
app.post('/tracks', keep)
app.post('/songs', keep)
app.delete('/tracks/:id', signedIn, async (req, res) => res.json(await Track.deleteOne({ _id: req.params.id, user: req.user.id })))
`,
  })
  expect(severities).toEqual(['high'])
})
