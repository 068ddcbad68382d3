import { expect, test } from 'vitest'
import { readCodebase, type Codebase } from '../../../src/evidence/codebase.ts'

const read = (files: Record<string, string>): Codebase => readCodebase(new Map(Object.entries(files)))

const table = (codebase: Codebase): string[] =>
  codebase.web.routes.map(
    (route) => `${route.method} ${route.path} ${route.chain.map((step) => step.name).join(' > ')}`,
  )

test('Express: middleware in effect through mounted routers of other modules, in order', () => {
  const codebase = read({
    'app.js': `const express = require('express')
const helmet = require('helmet')
const users = require('./users')
const app = express()
app.use(helmet())
app.use('/users', requireLogin, users)
app.use(late)`,
    'users.js': `const { Router } = require('express')
const router = Router()
router.use(limit)
router.route('/:id').get(show).delete(isAdmin, remove)
module.exports = router`,
  })
  expect(table(codebase)).toEqual([
    'DELETE /:id helmet() > requireLogin > limit > isAdmin > remove',
    'GET /:id helmet() > requireLogin > limit > show',
  ])
})

test('Express: routers handed the application as a parameter', () => {
  const codebase = read({
    'app.js': `const express = require('express')
const app = express()
app.use(auth)
require('./routes')(app)`,
    'routes.js': `module.exports = (server) => {
  server.post('/orders', create)
}`,
  })
  expect(table(codebase)).toEqual(['POST /orders auth > create'])
})

test('Fastify: options, hooks of a route and full declarations', () => {
  const codebase = read({
    'app.ts': `import fastify from 'fastify'
const app = fastify()
app.get('/a', { preHandler: [verify], schema: { querystring: {} } }, async (request, reply) => ({}))
app.route({ method: 'POST', url: '/b', onRequest: guard, handler: save })`,
  })
  expect(
    table(codebase)
      .map((row) => row.replace(/\?$/, 'handler'))
      .sort(),
  ).toEqual(['GET /a verify > handler', 'POST /b guard > save'])
})

test('NestJS: controllers with the guards of class and method', () => {
  const codebase = read({
    'a.controller.ts': `import { Controller, Get, UseGuards } from '@nestjs/common'
@UseGuards(JwtGuard)
@Controller('cats')
export class CatsController {
  @UseGuards(RolesGuard)
  @Get(':id')
  show() {}
}`,
  })
  expect(table(codebase)).toEqual(['GET /cats/:id JwtGuard > RolesGuard > show'])
})

test('Koa and Hono routes', () => {
  const codebase = read({
    'koa.js': `const Router = require('@koa/router')
const router = new Router()
router.get('/k', async (ctx) => { ctx.body = 1 })`,
    'hono.ts': `import { Hono } from 'hono'
const app = new Hono()
app.post('/h', (c) => c.json({}))`,
  })
  expect(codebase.web.routes.map((route) => `${route.framework} ${route.method} ${route.path}`).sort()).toEqual([
    'hono POST /h',
    'koa GET /k',
  ])
})

test('calls on other objects are no routes', () => {
  const codebase = read({
    'a.js': `const axios = require('axios')
axios.get('/users', options)
cache.get('key', () => 1)
new Map().get('/a', b)`,
  })
  expect(codebase.web.routes).toEqual([])
})
