import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { severitiesOf } from './severities-of.ts'

const people = `import { model, Schema } from 'mongoose'
export const people = model('User', new Schema({ email: String, password: String }))
`
const service = `import { people } from './people'
export class PeopleService {
  async one(id: string) {
    const user = await people.findById(id)
    return user
  }
}
`
const controller = (guard: string) => `import { Controller, Get, Param, UseGuards } from '@nestjs/common'
import { ${guard} } from './guards'
import { PeopleService } from './people.service'
@UseGuards(${guard})
@Controller('people')
export class PeopleController {
  constructor(private readonly service: PeopleService) {}
  @Get(':id')
  one(@Param('id') id: string) {
    return this.service.one(id)
  }
}
`

test('rows that administrators alone are shown weigh less', () => {
  const severities = (guard: string) =>
    severitiesOf('sensitive-data-exposure', {
      'people.ts': people,
      'people.service.ts': service,
      'people.controller.ts': controller(guard),
    })
  const asking = controller('SessionGuard').replace('return this.service', 'this.service').replaceAll('people', 'asked')
  const asked = asking.replace('./asked.service', './people.service')
  const both = {
    'people.ts': people,
    'people.service.ts': service,
    'people.controller.ts': controller('AdminGuard'),
    'asked.controller.ts': asked,
  }
  expect(severitiesOf('sensitive-data-exposure', both)).toEqual(['medium'])
  expect(severities('AdminGuard')).toEqual(['medium'])
  expect(severities('SessionGuard')).toEqual(['high'])
})

test('people who are shown their own row weigh less', () => {
  const severities = (id: string) =>
    severitiesOf('sensitive-data-exposure', {
      'people.js':
        people
          .replace("import { model, Schema } from 'mongoose'", "const { model, Schema } = require('mongoose')")
          .replace('export const', 'const') + 'exports.people = people\n',
      'app.js': `const { people } = require('./people')
require('express')().get('/profile', async (req, res) => res.json(await people.findById(${id})))
`,
    })
  expect(severities('req.user.id')).toEqual(['medium'])
  expect(severities('String(req.query.id)')).toEqual(['high'])
})

const left = `const express = require('express')
const { Seat } = require('./seat')
express().post('/seats', (req, res) => {
  const seat = new Seat({ row: 1 })
  seat.save()
  res.sendStatus(201)
})
`
const seat = `const mongoose = require('mongoose')
exports.Seat = mongoose.model('Seat', new mongoose.Schema({ row: Number }))
`

test('a rejection weighs less where Node.js or a library only notes it', () => {
  const severities = (more: Readonly<Record<string, string>>) =>
    severitiesOf('unhandled-rejection', { 'app.js': left, 'seat.js': seat, ...more })
  expect(severities({})).toEqual(['high'])
  expect(severities({ Dockerfile: 'FROM node:14-alpine\n' })).toEqual(['medium'])
  expect(severities({ Dockerfile: 'FROM node:24-alpine\n' })).toEqual(['high'])
  const sentry = "const Sentry = require('@sentry/node')\nSentry.init({ dsn: process.env.DSN })\n"
  expect(severities({ 'trace.js': sentry })).toEqual(['medium'])
})

const models = `const mongoose = require('mongoose')
exports.Comment = mongoose.model('Comment', new mongoose.Schema({ text: String, nickname: String, likes: Number }))
exports.Seat = mongoose.model('Seat', new mongoose.Schema({ row: Number, seenAt: Date }))
`
const app = (route: string) => `const express = require('express')
const jwt = require('jsonwebtoken')
const { Comment, Seat } = require('./models')
const app = express()
const signedIn = (req, res, next) => {
  req.user = jwt.verify(req.headers.authorization, process.env.KEY, { algorithms: ['HS256'] })
  next()
}
app.delete('/seats/:id', signedIn, async (req, res) => res.json(await Seat.deleteOne({ _id: String(req.params.id) })))
${route}
app.listen(3000)
`

test('administrators’ routes weigh less where all they write is the time', () => {
  const severities = (value: string) =>
    severitiesOf('missing-auth', {
      'models.js': models,
      'app.js': app(
        `app.patch('/admin/seats/:id', async (req, res) => res.json(await Seat.updateOne({ _id: String(req.params.id) }, { $set: { seenAt: ${value} } })))`,
      ),
    })
  expect(severities('new Date()')).toEqual(['medium'])
  expect(severities('req.body.seenAt')).toEqual(['high'])
})

test('what visitors may leave, and a time that anyone sets, weigh less', () => {
  const severities = (route: string) => severitiesOf('missing-auth', { 'models.js': models, 'app.js': app(route) })
  expect(severities("app.post('/seats', async (req, res) => res.json(await Seat.create({ row: 1 })))")).toEqual([
    'high',
  ])
  expect(
    severities(
      "app.post('/comments', async (req, res) => res.json(await Comment.create({ text: String(req.body.text) })))",
    ),
  ).toEqual(['low'])
  expect(
    severities(
      "app.patch('/comments/:id/like', async (req, res) => res.json(await Comment.updateOne({ _id: String(req.params.id) }, { $inc: { likes: 1 } })))",
    ),
  ).toEqual(['low'])
  expect(
    severities(
      "app.patch('/seats/:id', async (req, res) => res.json(await Seat.updateOne({ _id: String(req.params.id) }, { $set: { seenAt: new Date() } })))",
    ),
  ).toEqual(['medium'])
})

const invented = "exports.hostPassword = 'Hx7rQ2pL9'\nexports.guestPassword = 'Gk4mV8sT1'\n"
const start = "require('express')().listen(3000)\n"

test('accounts that are invented and loaded by nobody weigh little', () => {
  const severities = (text: string) => severitiesOf('hardcoded-secret', { 'dummy/people.js': invented, 'app.js': text })
  expect(severities(start)).toEqual(['low'])
  expect(severities(`require('./dummy/people')\n${start}`)).toEqual(['high', 'high'])
})

test('a key of cookies weighs little where none is signed', () => {
  const severities = (line: string) =>
    severitiesOf('hardcoded-secret', {
      'app.js': `const app = require('fastify')()
app.register(require('@fastify/cookie'), { secret: 'a written key of cookies' })
app.get('/', (request, reply) => reply.${line}.send('hello'))
`,
    })
  expect(severities("setCookie('a', 'b')")).toEqual(['low'])
  expect(severities("setCookie('a', 'b', { signed: true })")).toEqual(['high'])
})

test('tries that a service of accounts counts weigh less', () => {
  const severities = (check: string) =>
    severitiesOf('missing-rate-limit', {
      'app.js': `require('express')().post('/login', async (req, res) => res.json(await ${check}))\n`,
    })
  expect(severities('supabase.auth.signInWithPassword(req.body)')).toEqual(['low'])
  expect(severities('people.check(req.body)')).toEqual(['medium'])
})

test('a script of the shell of MongoDB is shown no `process`', () => {
  const script = "db.createUser({ user: 'shop', pwd: 'Hx7rQ2pL9', roles: ['readWrite'] })\n"
  const { findings } = analyse(new Map([['init/users.js', script]]))
  const codes = findings.filter(({ rule }) => rule === 'hardcoded-secret').map(({ fix }) => fix.code)
  expect(codes).toHaveLength(1)
  expect(codes[0]).not.toContain('process')
})
