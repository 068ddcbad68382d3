import { lock, manifest } from './read-files.ts'

type Files = Record<string, string>

/** A repository at two commits: at the first the check holds, at the second it is broken at `at`. */
export interface TwoCommits {
  check: string
  before: Files
  after: Files
  at: readonly string[]
}

const app = "import express from 'express'\n\nexport const app = express()\n"

export const twoCommits: readonly TwoCommits[] = [
  {
    check: 'dependency moment absent',
    before: { 'package.json': manifest({ dependencies: { express: '^5.0.0' } }), 'src/app.js': app },
    after: { 'package.json': manifest({ dependencies: { express: '^5.0.0', moment: '^2.30.0' } }), 'src/app.js': app },
    at: ['package.json:6'],
  },
  {
    check: 'dependency pino present',
    before: { 'package.json': manifest({ dependencies: { pino: '^10.0.0' } }) },
    after: { 'package.json': manifest({ dependencies: { winston: '^3.0.0' } }) },
    at: ['package.json'],
  },
  {
    check: 'dependency fastify at ^5',
    before: {
      'package.json': manifest({ dependencies: { fastify: '>=4' } }),
      'package-lock.json': lock({ fastify: '5.2.0' }),
    },
    after: {
      'package.json': manifest({ dependencies: { fastify: '>=4' } }),
      'package-lock.json': lock({ fastify: '4.29.0' }),
    },
    at: ['package.json:5'],
  },
  {
    check: 'import src/domain/** -> src/http/** forbidden',
    before: {
      'src/domain/order.js': "import { round } from './money.js'\n\nexport const total = round(1)\n",
      'src/domain/money.js': 'export const round = (value) => value\n',
      'src/http/server.js': 'export const server = {}\n',
    },
    after: {
      'src/domain/order.js':
        "import { round } from './money.js'\nimport { server } from '../http/server.js'\n\nexport const total = round(server)\n",
      'src/domain/money.js': 'export const round = (value) => value\n',
      'src/http/server.js': 'export const server = {}\n',
    },
    at: ['src/domain/order.js:2'],
  },
  {
    check: 'import src/routes/** -> src/auth/** required',
    before: {
      'src/routes/orders.js': "import { guard } from '../auth/guard.js'\n\nexport const orders = guard\n",
      'src/auth/guard.js': 'export const guard = () => true\n',
    },
    after: {
      'src/routes/orders.js': "import { guard } from '../auth/guard.js'\n\nexport const orders = guard\n",
      'src/routes/reports.js': 'export const reports = () => []\n',
      'src/auth/guard.js': 'export const guard = () => true\n',
    },
    at: ['src/routes/reports.js'],
  },
  {
    check: 'file docs/openapi.yaml present',
    before: { 'docs/openapi.yaml': 'openapi: 3.1.0\n', 'src/app.js': app },
    after: { 'src/app.js': app },
    at: ['docs/openapi.yaml'],
  },
  {
    check: 'file legacy/** absent',
    before: { 'src/app.js': app },
    after: { 'src/app.js': app, 'legacy/app.js': app },
    at: ['legacy/app.js'],
  },
  {
    check: 'engine node >=22',
    before: { 'package.json': manifest({ engines: { node: '>=22.12' } }), Dockerfile: 'FROM node:24-slim\n' },
    after: { 'package.json': manifest({ engines: { node: '>=20' } }), Dockerfile: 'FROM node:20-slim\n' },
    at: ['package.json:5', 'Dockerfile:1'],
  },
  {
    check: 'rule sql-injection clean in src/**',
    before: {
      'src/find.js': "export const find = (db, id) => db.query('SELECT * FROM orders WHERE id = $1', [id])\n",
    },
    after: {
      'src/find.js': [
        "import express from 'express'",
        "import pg from 'pg'",
        'const app = express()',
        'const pool = new pg.Pool()',
        "app.get('/orders/:id', async (request, response) => {",
        "  const found = await pool.query(`SELECT * FROM orders WHERE id = '${request.params.id}'`)",
        '  response.json(found.rows)',
        '})',
        '',
      ].join('\n'),
    },
    at: ['src/find.js:6'],
  },
  {
    check: 'text /console\\.log\\(/ absent in src/** !src/cli/**',
    before: { 'src/app.js': app, 'src/cli/main.js': "console.log('usage')\n" },
    after: { 'src/app.js': `${app}\nconsole.log('started')\n`, 'src/cli/main.js': "console.log('usage')\n" },
    at: ['src/app.js:5'],
  },
  {
    check: 'text /^USER node$/ present in Dockerfile',
    before: { Dockerfile: 'FROM node:24-slim\nUSER node\n' },
    after: { Dockerfile: 'FROM node:24-slim\n' },
    at: ['Dockerfile'],
  },
]
