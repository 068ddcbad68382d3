import { expect, test } from 'vitest'
import { severitiesOf } from './severities-of.ts'

const models = `const mongoose = require('mongoose')
exports.Post = mongoose.model('Post', new mongoose.Schema({ title: String, user: String, tag: String }))
`
const app = (route: string) => `const express = require('express')
const mongoose = require('mongoose')
const { requireAdmin, requireAuth } = require('./guards')
const { Post } = require('./models')
const app = express()
${route}
`

test('how many rows only administrators ask for weighs little', () => {
  const severities = (guard: string) =>
    severitiesOf('page-size-from-request', {
      'models.js': models,
      'app.js': app(
        `app.get('/posts', ${guard}, async (req, res) => res.json(await Post.find().limit(Number(req.query.limit))))`,
      ),
    })
  expect(severities('requireAuth')).toEqual(['medium'])
  expect(severities('requireAdmin')).toEqual(['low'])
})

test('an operator among one’s own rows weighs little', () => {
  const severities = (filter: string) =>
    severitiesOf('nosql-injection', {
      'package.json': JSON.stringify({ name: 'case', dependencies: { express: '4.21.0', mongoose: '8.0.0' } }),
      'models.js': models,
      'app.js': app(
        `app.post('/posts/clear', requireAuth, async (req, res) => res.json(await Post.deleteMany(${filter})))`,
      ),
    })
  expect(severities('{ tag: req.body.tag, title: req.body.title }')).toEqual(['medium'])
  expect(severities('{ user: req.user.id, tag: req.body.tag }')).toEqual(['low'])
})

test('a field that is not selected weighs little where something else stands behind it', () => {
  const severities = (use: string) =>
    severitiesOf('unknown-fields', {
      'models.js': models,
      'app.js': app(`app.get('/posts/:id', requireAuth, async (req, res) => {
  const post = await Post.findOne({ tag: String(req.params.id) }).select('title').lean()
  if (!post) return res.sendStatus(404)
  res.json({ title: post.title, user: ${use} })
})`),
    })
  expect(severities('post.user')).toEqual(['medium'])
  expect(severities('post.user || req.user.id')).toEqual(['low'])
})

test('a vulnerable package weighs little where only scripts import it', () => {
  const severities = (path: string) =>
    severitiesOf('vulnerable-dependency', {
      'package.json': '{ "name": "depot", "dependencies": { "express": "5.1.0", "mysql2": "3.9.0" } }',
      'package-lock.json':
        '{ "lockfileVersion": 3, "packages": { "node_modules/mysql2": { "version": "3.9.0" }, "node_modules/express": { "version": "5.1.0" } } }',
      'app.js': "const express = require('express')\nexpress().listen(3000)\n",
      [path]: "const mysql = require('mysql2/promise')\nmysql.createPool({ host: 'db' })\n",
    })
  expect(severities('scripts/copy.js')).toEqual(['low'])
  expect(severities('src/rows.js')).not.toEqual(['low'])
})
