import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { exampleFor } from '../../src/evidence/fixes/example-for.ts'
import { withLibrariesAtHand } from '../../src/evidence/fixes/libraries-at-hand.ts'
import { rules } from '../../src/evidence/rules/all.ts'

const using = (...frameworks: string[]) => ({
  dataClients: [],
  frameworks: frameworks.map((name) => ({ name, package: name.toLowerCase(), range: '*' })),
})

const refusal = `if (!order) return res.status(404).json({ error: 'no such order' })\nres.json(order)`

test.each([
  ['Express', refusal],
  ['Koa', `if (!order) ctx.throw(404, 'no such order')\nctx.body = order`],
  ['Egg', `if (!order) ctx.throw(404, 'no such order')\nctx.body = order`],
  ['Fastify', `if (!order) return reply.code(404).send({ error: 'no such order' })\nreply.send(order)`],
  ['Hono', `if (!order) return c.json({ error: 'no such order' }, 404)\nreturn c.json(order)`],
  ['hapi', `if (!order) return h.response({ error: 'no such order' }).code(404)\nreturn order`],
  ['NestJS', `if (!order) throw new NotFoundException('no such order')\nreturn order`],
])('an example for Express is told in the words of %s', (framework, expected) => {
  expect(exampleFor({ Express: refusal }, using(framework))).toBe(expected)
})

test('what cannot be told in the words of a framework is left out', () => {
  const callback = `fs.readFile(file, (error, text) => {\n  if (error) return next(error)\n  res.send(text)\n})`
  expect(exampleFor({ Express: callback }, using('Koa'))).toBeUndefined()
  expect(exampleFor({ Express: callback }, using('Express'))).toBe(callback)
})

test.each(['Koa', 'Fastify', 'Hono', 'hapi', 'NestJS', 'GraphQL'])(
  'no rule shows code of Express to a project of %s',
  (framework) => {
    const examples = rules.flatMap(({ fix }) => exampleFor(fix.code, using(framework)) ?? [])
    expect(examples.filter((code) => /(?<!['.])\b(req|res)\.|express-rate-limit|pino-http/.test(code))).toEqual([])
  },
)

test('SQL is what a project with a driver of SQL is shown', () => {
  const code = { SQL: 'SELECT 1', any: 'await User.findAll({ limit: 1 })' }
  const driver = { name: 'mysql2', package: 'mysql2', range: '3' }
  expect(exampleFor(code, { dataClients: [driver], frameworks: [] })).toBe('SELECT 1')
})

test('of two clients the one that the query is of is shown', () => {
  const code = { Mongoose: 'Order.updateOne()', SQL: 'UPDATE orders', any: 'update' }
  const clients = [
    { name: 'Mongoose', package: 'mongoose', range: '8' },
    { name: 'pg', package: 'pg', range: '8' },
  ]
  expect(exampleFor(code, { dataClients: clients, frameworks: [] }, { client: 'pg' })).toBe('UPDATE orders')
  expect(exampleFor(code, { dataClients: clients, frameworks: [] })).toBe('Order.updateOne()')
})

test('a finding in a Koa service comes with the limit of Koa', () => {
  const files = new Map([
    ['package.json', JSON.stringify({ name: 'case', dependencies: { koa: '2.16.0', '@koa/router': '13.1.0' } })],
    [
      'app.js',
      `const Koa = require('koa')
const Router = require('@koa/router')
const router = new Router()
router.post('/login', async (ctx) => {
  const user = await db.users.findOne({ name: String(ctx.request.body.name) })
  ctx.body = { ok: await bcrypt.compare(ctx.request.body.password, user.passwordHash) }
})
const app = new Koa()
app.use(router.routes())
app.listen(3000)
`,
    ],
  ])
  const { findings } = analyse(files)
  const found = findings.find(({ rule }) => rule === 'missing-rate-limit')
  expect(found?.fix.code).toContain('koa-ratelimit')
})

test.each([
  ['app.js', "const express = require('express')", "const helmet = require('helmet')"],
  ['app.mjs', "import express from 'express'", "import helmet from 'helmet'"],
])('an example in %s loads modules as the file does', (path, load, expected) => {
  const files = new Map([
    ['package.json', JSON.stringify({ name: 'case', dependencies: { express: '4.21.0' } })],
    [path, `${load}\nexport_(express().get('/', (req, res) => res.json({})))\n`],
  ])
  const { findings } = analyse(files)
  expect(findings.find(({ rule }) => rule === 'missing-helmet')?.fix.code).toContain(expected)
})

test('an example hashes with what the project has, and logs with it', () => {
  const dependency = (name: string) => ({ name, range: '*', dev: false, manifest: 'package.json' })
  const code = "if (!(await argon2.verify(user.hash, given))) logger.error({ err: error }, 'refused')"
  const near = (...names: string[]) => withLibrariesAtHand(code, { dependencies: names.map(dependency) })
  expect(near('bcrypt', 'pino')).toBe(
    "if (!(await bcrypt.compare(given, user.hash))) logger.error({ err: error }, 'refused')",
  )
  expect(near('argon2')).toBe("if (!(await argon2.verify(user.hash, given))) console.error('refused', error)")
})
