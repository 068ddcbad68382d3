import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'
import type { PackageAdvice } from '../../src/evidence/facts/package-advice.ts'

const only = rules.filter(({ id }) => id === 'vulnerable-dependency')

function severityOf(dependencies: Record<string, string>, code: string, advice: readonly PackageAdvice[] = []) {
  const files = new Map([
    ['package.json', JSON.stringify({ dependencies })],
    ['app.js', code],
  ])
  return analyse(files, { rules: only, packages: advice }).findings[0]?.severity
}

const koa = "const Koa = require('koa')\nconst app = new Koa()\n"
const mongoose = "const mongoose = require('mongoose')\nconst User = mongoose.model('User')\n"
const jwt = "const jwt = require('jsonwebtoken')\n"

test('an advisory about forwarded headers is a note where no proxy is trusted', () => {
  expect(severityOf({ koa: '2.13.4' }, `${koa}app.listen(80)`)).toBe('info')
  expect(severityOf({ koa: '2.13.4' }, `${koa}app.proxy = true`)).toBe('critical')
  expect(severityOf({ koa: '2.13.4' }, `${koa}app.use((ctx) => { ctx.body = ctx.hostname })`)).toBe('medium')
})

test('an advisory about a filter that nobody switched on is low', () => {
  expect(severityOf({ mongoose: '8.19.1' }, mongoose)).toBe('info')
  expect(severityOf({ mongoose: '8.19.1' }, `${mongoose}mongoose.set('sanitizeFilter', true)`)).toBe('medium')
  const populated = `${mongoose}User.find().populate({ path: 'posts', match: { title } })`
  expect(severityOf({ mongoose: '8.8.0' }, populated)).toBe('medium')
})

test('an advisory about schemas of routes, or columns of JSON, is a note where there are none', () => {
  const fastify = "const app = require('fastify')()\n"
  expect(severityOf({ fastify: '4.21.0' }, `${fastify}app.get('/', async () => 'here')`)).toBe('info')
  expect(severityOf({ fastify: '4.21.0' }, `${fastify}app.post('/', { schema: { body } }, save)`)).toBe('info')
  const byType = "{ schema: { body: { content: { 'application/json': { schema: order } } } } }"
  expect(severityOf({ fastify: '4.21.0' }, `${fastify}app.post('/', ${byType}, save)`)).toBe('high')
  const sequelize = "const { DataTypes, Sequelize } = require('sequelize')\n"
  expect(severityOf({ sequelize: '6.37.7' }, `${sequelize}define({ name: DataTypes.STRING })`)).toBe('info')
  expect(severityOf({ sequelize: '6.37.7' }, `${sequelize}define({ tags: DataTypes.JSONB })`)).toBe('medium')
})

test('an advisory about sessions is a note where only tokens tell who calls', () => {
  const passport = "const passport = require('passport')\nconst app = require('express')()\n"
  const byToken = "app.get('/', passport.authenticate('jwt', { session: false }), show)"
  expect(severityOf({ passport: '0.5.2' }, passport + byToken)).toBe('info')
  expect(severityOf({ passport: '0.5.2' }, `${passport}app.use(passport.session())`)).toBe('medium')
})

test('an advisory about types of keys is a note where tokens are signed with a secret', () => {
  expect(severityOf({ jsonwebtoken: '8.5.1' }, `${jwt}jwt.verify(token, process.env.JWT_SECRET)`)).toBe('info')
  expect(severityOf({ jsonwebtoken: '8.5.1' }, `${jwt}jwt.verify(token, process.env.PUBLIC_KEY)`)).toBe('medium')
  expect(severityOf({ jsonwebtoken: '8.5.1' }, `${jwt}jwt.verify(token, process.env.JWT)`)).toBe('medium')
  const signed = "jwt.sign({ id }, privateKey, { algorithm: 'HS256' })"
  expect(severityOf({ jsonwebtoken: '8.5.1' }, `${jwt}${signed}`)).toBe('info')
})

test('what a registry says is weighed the same, unless it leaves some out', () => {
  const told = { name: 'mongoose', version: '8.19.1', kind: 'vulnerable', severity: 'high' } as const
  const one = { ...told, text: 'filter (GHSA-wpg9-53fq-2r8h); fixed in 8.22.1' }
  expect(severityOf({ mongoose: '8.19.1' }, mongoose, [one])).toBe('info')
  const many = { ...told, text: 'filter (GHSA-wpg9-53fq-2r8h); 2 more: GHSA-m7xq-9374-9rvx, 1234' }
  expect(severityOf({ mongoose: '8.19.1' }, mongoose, [many])).toBe('medium')
})

test('advisories about one kind of database, an adapter or a function are notes where the project has another', () => {
  const knex = "const knex = require('knex')({ client: 'pg' })"
  expect(severityOf({ knex: '1.0.7', pg: '8.11.0' }, knex)).toBe('info')
  expect(severityOf({ knex: '1.0.7', mysql2: '3.22.0' }, knex)).toBe('medium')
  const axios = "const axios = require('axios')\n"
  expect(severityOf({ axios: '1.15.0' }, `${axios}axios.get('https://example.com')`)).toBe('info')
  expect(severityOf({ axios: '1.15.0' }, `${axios}axios.get('https://example.com', { adapter: 'fetch' })`)).toBe(
    'medium',
  )
  const lodash = "const _ = require('lodash')\n"
  expect(severityOf({ lodash: '4.17.21' }, `${lodash}_.pick(user, ['name'])`)).toBe('info')
  expect(severityOf({ lodash: '4.17.21' }, `${lodash}_.template(text)`)).toBe('medium')
})

test('an advisory is high where the code shows how outsiders get to it', () => {
  const ws = "const { WebSocket, WebSocketServer } = require('ws')\n"
  expect(severityOf({ ws: '8.18.0' }, "const WebSocket = require('ws')\nnew WebSocket(process.env.FEED)")).toBe('info')
  expect(severityOf({ ws: '8.18.0' }, `${ws}new WebSocketServer({ server })`)).toBe('high')
  const parser = "const bodyParser = require('body-parser')\n"
  expect(severityOf({ 'body-parser': '1.20.2' }, `${parser}app.use(bodyParser.json())`)).toBe('medium')
  expect(severityOf({ 'body-parser': '1.20.2' }, `${parser}app.use(bodyParser.urlencoded())`)).toBe('high')
  const handlebars = "const Handlebars = require('handlebars')\n"
  expect(severityOf({ handlebars: '4.7.8' }, `${handlebars}Handlebars.compile(mail.text)(values)`)).toBe('high')
  const files = `${handlebars}const fs = require('fs')\nHandlebars.compile(fs.readFileSync('mail.hbs', 'utf8'))`
  expect(severityOf({ handlebars: '4.7.8' }, files)).toBe('medium')
})

test('an advisory about one class or decorator is a note where nobody uses it', () => {
  const nest = "const { NestFactory } = require('@nestjs/core')\n"
  expect(severityOf({ '@nestjs/core': '8.0.0' }, `${nest}NestFactory.create(AppModule)`)).toBe('info')
  expect(severityOf({ '@nestjs/core': '8.0.0' }, `${nest}new StreamableFile(file)`)).toBe('medium')
})

test('what nothing imports, or a new install mends, is no advisory to act on', () => {
  expect(severityOf({ axios: '1.10.0' }, 'export const one = 1')).toBeUndefined()
  expect(severityOf({ axios: '^1.10.0' }, "const axios = require('axios')")).toBeUndefined()
})

test('an upload that only people who are signed in can send weighs less', () => {
  const upload = "const app = require('express')()\nconst upload = require('multer')({ dest: 'in' })\n"
  const save = '(req, res) => { res.json({ name: req.file.filename }) }'
  expect(severityOf({ multer: '1.4.4' }, `${upload}app.post('/in', upload.single('file'), ${save})`)).toBe('high')
  const guarded = `${upload}app.post('/in', requireAuth, upload.single('file'), ${save})`
  expect(severityOf({ multer: '1.4.4' }, guarded)).toBe('medium')
})
