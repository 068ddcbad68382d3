import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'

function severities(rule: string, path: string, text: string) {
  const only = rules.filter(({ id }) => id === rule)
  return analyse(new Map([[path, text]]), { rules: only }).findings.map(({ severity }) => severity)
}

const severityOf = severities.bind(undefined, 'hardcoded-secret')

const settings = (section: string, host: string) =>
  JSON.stringify({ [section]: { database: { host, user: 'shop', password: 'Zk39fjq2Lm' } } }, null, 2)

test('a password of settings weighs little where it opens a developer’s own machine', () => {
  expect(severityOf('config/default.json', settings('default', 'db.example.com'))).toEqual(['high'])
  expect(severityOf('config/default.json', settings('default', 'localhost'))).toEqual(['low'])
  expect(severityOf('config/default.json', settings('test', 'db'))).toEqual(['low'])
  expect(severityOf('config/oidc-example-auth0.json', settings('default', 'db.example.com'))).toEqual(['low'])
})

test('an address of this machine elsewhere in the file says nothing of another section', () => {
  const both = JSON.stringify(
    { web: { host: 'localhost' }, store: { host: 'db.example.com', password: 'Zk39fjq2Lm' } },
    null,
    2,
  )
  expect(severityOf('config/default.json', both)).toEqual(['high'])
})

test('a private key weighs little where it is for a trial', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n'
  expect(severityOf('certs/server.pem', key)).toEqual(['high'])
  expect(severityOf('certs/localhost-key.pem', key)).toEqual(['low'])
  expect(severityOf('load-tests/tls/key.pem', key)).toEqual(['low'])
})

test('a fast hash of a password weighs less with a salt', () => {
  const digest = (text: string) =>
    `const crypto = require('crypto')\nconst password = crypto.createHash('sha256').update(${text}).digest('hex')\n`
  expect(severities('weak-crypto', 'people.js', digest('given'))).toEqual(['high'])
  expect(severities('weak-crypto', 'people.js', digest('row.salt + given'))).toEqual(['medium'])
})

test('formulas weigh as much as the installed version lets them do', () => {
  const formula = (version: string) => {
    const dependencies = { express: '4.21.0', mathjs: version }
    const files = new Map([
      ['package.json', JSON.stringify({ name: 'case', dependencies })],
      [
        'app.js',
        "const app = require('express')()\nconst mathjs = require('mathjs')\napp.post('/calc', (req, res) => res.json(mathjs.evaluate(req.body.formula)))\n",
      ],
    ])
    return analyse(files, { rules: rules.filter(({ id }) => id === 'code-injection') }).findings[0]?.severity
  }
  expect([formula('3.10.1'), formula('15.2.0')]).toEqual(['critical', 'medium'])
})

test('a name that leaks while a file is loaded weighs less than one that requests share', () => {
  const of = (text: string) => severities('global-leak', 'app.js', text)
  expect(of('check = (name) => name.length > 2\n')).toEqual(['low'])
  expect(of('function count(list) {\n  total = list.length\n  return total\n}\ncount([])\n')).toEqual(['medium'])
})

const app = "const express = require('express')\nconst mongoose = require('mongoose')\nconst app = express()\n"

test('unchecked input weighs little where it is text that nothing acts on', () => {
  const saving = (field: string) =>
    `${app}const Note = mongoose.model('Note', new mongoose.Schema({ ${field}: String }))\n` +
    `app.put('/notes', async (req, res) => {\n  const { ${field} } = req.body\n` +
    `  res.json(await Note.create({ ${field} }))\n})\n`
  expect(severities('missing-validation', 'app.js', saving('title'))).toEqual(['low'])
  expect(severities('missing-validation', 'app.js', saving('status'))).toEqual(['medium'])
  expect(severities('missing-validation', 'app.js', saving('unitPrice'))).toEqual(['medium'])
})

test('a body that is stored whole weighs as much as its fields give', () => {
  const storing = (fields: string) =>
    `${app}const Place = mongoose.model('Place', new mongoose.Schema({ name: String, ${fields} }))\n` +
    `app.post('/places', requireUser, async (req, res) => res.json(await Place.create(req.body)))\n`
  expect(severities('mass-assignment', 'app.js', storing('street: String'))).toEqual(['low'])
  expect(severities('mass-assignment', 'app.js', storing('approvedBy: String'))).toEqual(['medium'])
  expect(severities('mass-assignment', 'app.js', storing('owner: String'))).toEqual(['high'])
  const anyone = storing('owner: String').replace('requireUser, ', '')
  expect(severities('mass-assignment', 'app.js', anyone)).toEqual(['medium'])
})

test('a missing row weighs less where another row says that it is there', () => {
  const reading = (key: string) =>
    `${app}const Shop = mongoose.model('Shop', new mongoose.Schema({ name: String }))\n` +
    `app.get('/shops/:id', async (req, res) => {\n  const shop = await Shop.findOne({ _id: ${key} })\n  res.json(shop.name)\n})\n`
  expect(severities('null-deref', 'app.js', reading('req.params.id'))).toEqual(['medium'])
  expect(severities('null-deref', 'app.js', reading('order.shopId'))).toEqual(['low'])
})
