import { expect, test } from 'vitest'
import { severities, severitiesOf } from './severities-of.ts'

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

test('a list without a limit weighs less where no user makes it longer', () => {
  const listing = (name: string, more = '') =>
    `${app}const ${name} = mongoose.model('${name}', new mongoose.Schema({ name: String }))\n` +
    `app.get('/list', async (req, res) => res.json(await ${name}.find()))\n${more}`
  const adding = (name: string, guard: string) =>
    `app.post('/list', ${guard}async (req, res) => res.json(await ${name}.create({ name: String(req.body.name) })))\n`
  const list = (name: string, more?: string) => severities('unbounded-query', 'app.js', listing(name, more))
  expect(list('Chart')).toEqual(['low'])
  expect(list('Chart', adding('Chart', 'requireAdmin, '))).toEqual(['low'])
  expect(list('Chart', adding('Chart', ''))).toEqual(['medium'])
  expect(list('Comment')).toEqual(['medium'])
})

test('a loop over a function that only writes weighs less than one over a function that reads', () => {
  const looping = (does: string) =>
    `${app}const Line = mongoose.model('Line', new mongoose.Schema({ name: String }))\n` +
    `async function each(entry) {\n  return Line.${does}\n}\n` +
    "app.post('/lines', async (req, res) => {\n  for (const entry of req.body.entries) await each(entry)\n  res.end()\n})\n"
  expect(severities('n-plus-one', 'app.js', looping('create({ name: entry.name })'))).toEqual(['low'])
  expect(severities('n-plus-one', 'app.js', looping('findOne({ name: entry.name })'))).toEqual(['medium'])
})

test('operators weigh little where an id alone picks the one record that is changed', () => {
  const manifest = JSON.stringify({ name: 'case', dependencies: { mongoose: '8.0.0' } })
  const changing = (method: string, key: string) =>
    severitiesOf('nosql-injection', { 'app.js': code(method, key), 'package.json': manifest })
  const code = (method: string, key: string) =>
    `${app}const Note = mongoose.model('Note', new mongoose.Schema({ name: String }))\n` +
    `app.post('/notes', async (req, res) => res.json(await Note.${method}({ ${key}: req.body.${key} }, { done: true })))\n`
  expect(changing('updateOne', 'noteId')).toEqual(['low'])
  expect(changing('updateMany', 'noteId')).toEqual(['high'])
  expect(changing('updateOne', 'name')).toEqual(['high'])
})

test('an id that stays behind in a list weighs less than a row without what belongs to it', () => {
  const writing = (change: string) =>
    `${app}const Note = mongoose.model('Note', new mongoose.Schema({ name: String }))\n` +
    `const Person = mongoose.model('Person', new mongoose.Schema({ notes: [String], count: Number }))\n` +
    `app.delete('/notes/:id', async (req, res) => {\n  await Note.findByIdAndDelete(req.params.id)\n` +
    `  await Person.updateOne({ _id: req.user.id }, ${change})\n  res.end()\n})\n`
  expect(severities('missing-transaction', 'app.js', writing('{ $pull: { notes: req.params.id } }'))).toEqual(['low'])
  expect(severities('missing-transaction', 'app.js', writing('{ $inc: { count: -1 } }'))).toEqual(['medium'])
})

test('a row that may be made twice weighs less where whichever is found will do', () => {
  const making = (lines: string) =>
    `${app}const Profile = mongoose.model('Profile', new mongoose.Schema({ person: String, email: String }))\n` +
    `app.post('/profiles', async (req, res) => {\n${lines}  res.end()\n})\n`
  const found = (key: string) => `  const found = await Profile.findOne({ ${key}: String(req.body.${key}) })\n`
  const made = (key: string) => `await Profile.create({ ${key}: String(req.body.${key}) })\n`
  const weigh = (lines: string) => severities('race-condition', 'app.js', making(lines))
  expect(weigh(`${found('person')}  if (!found) ${made('person')}`)).toEqual(['low'])
  expect(weigh(`${found('email')}  if (!found) ${made('email')}`)).toEqual(['medium'])
  expect(weigh(`${found('person')}  if (found) return res.sendStatus(409)\n  ${made('person')}`)).toEqual(['medium'])
})

test('a key that is written and never asked by is a note', () => {
  const schema = `model Crate {\n  id Int @id\n  lots Lot[]\n}\nmodel Lot {\n  id Int @id\n  crateId Int\n  crate Crate @relation(fields: [crateId], references: [id])\n}\n`
  const app = (data: string, where: string) => `import Fastify from 'fastify'
import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
Fastify().put('/lots', async (request) => {
  await prisma.lot.update({
    where: { id: 1${where} },
    data: { ${data} }
  })
})
`
  const weighed = (text: string) => severitiesOf('missing-index', { 'prisma/schema.prisma': schema, 'app.ts': text })
  expect(weighed(app('crateId: 2', ''))).toEqual(['info'])
  expect(weighed(app('id: 2', ', crateId: 2'))).toEqual(['low'])
})

test('arguments that are mixed up where nobody calls weigh little', () => {
  const store = (more: string) => `export class Store {
  find(shelf: string, crate: string) {
    return [shelf, crate]
  }
  look(shelf: string, crate: string) {
    return this.find(crate, shelf)
  }
}
${more}
`
  const weighed = (more: string) => severitiesOf('mixed-up-arguments', { 'store.ts': store(more) })
  expect(weighed('')).toEqual(['low'])
  expect(weighed("new Store().look('a', 'b')")).toEqual(['high'])
})
