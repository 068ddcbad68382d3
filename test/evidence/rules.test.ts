import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'
import { taxonomy, type Category } from '../../src/evidence/rules/taxonomy.ts'
import { readCases } from './read-cases.ts'

const folder = join(import.meta.dirname, 'cases')
const cases = readdirSync(folder).flatMap((name) => readCases(readFileSync(join(folder, name), 'utf8')))

function marked(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((row, index) => (row.includes('<!') ? [`${path}:${index + 1}`] : [])),
  )
}

/** JSON has no comments, so the marks in it are taken out before it is read. */
function withoutMarks(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...files].map(([path, text]) => [path, path.endsWith('.json') ? text.replace(/ *\/\/ <!/g, '') : text]),
  )
}

describe.each(cases)('$rule $kind: $title', ({ rule, kind, files }) => {
  test('as written', () => {
    const analysis = analyse(withoutMarks(files), { rules: rules.filter((item) => item.id === rule) })
    const places = analysis.findings.map((finding) => `${finding.path}:${finding.line}`)
    const missing = marked(files).filter((place) => !places.includes(place))
    const unexpected = kind === 'silent' ? places : []
    const nothing = kind === 'matches' && places.length === 0
    const { failedRules } = analysis.coverage
    expect({ missing, unexpected, nothing, failedRules }).toEqual({
      missing: [],
      unexpected: [],
      nothing: false,
      failedRules: [],
    })
  })
})

// A file of 1,500 lines would be no case to read, it is made in the test below; only a registry knows what is outdated.
const written = rules.filter((rule) => !['god-file', 'outdated-dependency'].includes(rule.id))

test.each(written.map((rule) => rule.id))('%s has code that matches and code that does not', (id) => {
  const kinds = new Set(cases.filter((item) => item.rule === id).map((item) => item.kind))
  expect([...kinds].sort()).toEqual(['matches', 'silent'])
})

test('a file of many functions is named, a long table is not', () => {
  const functions = Array.from(
    { length: 400 },
    (_, index) => `export function f${index}() {\n  return ${index}\n}\n`,
  ).join('\n')
  const table = Array.from({ length: 2000 }, (_, index) => `  'a${index}',`).join('\n')
  const files = new Map([
    ['all.js', functions],
    ['table.js', `export const names = [\n${table}\n]\n`],
  ])
  const found = analyse(files, { rules: rules.filter((rule) => rule.id === 'god-file') }).findings
  expect(found.map((finding) => finding.path)).toEqual(['all.js'])
})

test('a handler that does everything and a class that needs everyone are named', () => {
  const steps = Array.from({ length: 200 }, (_, index) => `  if (req.query.a${index}) res.set('a${index}', 'yes')`)
  const handler = `const app = require('express')()\napp.get('/', (req, res) => {\n${steps.join('\n')}\n  res.end()\n})\n`
  const parameters = Array.from({ length: 12 }, (_, index) => `    private readonly s${index}: S${index},`)
  const service = `export class Shop {\n  constructor(\n${parameters.join('\n')}\n  ) {}\n  open() {}\n}\n`
  const values = parameters.map((line) => line.replace(/: S\d+/, ': string | null'))
  const order = `export class Order {\n  constructor(\n${values.join('\n')}\n  ) {}\n  total() {}\n}\n`
  const files = new Map([
    ['app.js', handler],
    ['shop.ts', service],
    ['order.ts', order],
    ['small.ts', 'export class Small {\n  constructor(private readonly one: One) {}\n}\n'],
  ])
  const found = analyse(files, { rules: rules.filter((rule) => rule.id === 'god-file') }).findings
  expect(found.map((finding) => finding.path).toSorted()).toEqual(['app.js', 'shop.ts'])
})

test('every rule says why it matters, what to do instead and where that comes from', () => {
  for (const rule of rules) {
    expect(rule.why.length).toBeGreaterThan(30)
    expect(Object.keys(rule.fix.code).length).toBeGreaterThan(0)
    expect(Object.keys(rule.effects).length).toBeGreaterThan(0)
    expect(rule.sources.every((source) => source.startsWith('https://'))).toBe(true)
  }
})

test('every category has a rule, and the list of rules names each', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../src/evidence/rules/README.md'), 'utf8')
  expect(rules.map((rule) => rule.id).filter((id) => !readme.includes(`\`${id}\``))).toEqual([])
  const covered = new Set(rules.map((rule) => rule.category))
  expect(Object.keys(taxonomy).filter((category) => !covered.has(category as Category))).toEqual([])
})

test('a long loop is one finding, at its first query, with the others beside it', () => {
  const head =
    "const express = require('express')\nconst mongoose = require('mongoose')\nconst Item = mongoose.model('Item')"
  const fields = Array.from({ length: 14 }, (_, index) => `    const f${index} = row.f${index} ?? ''`).join('\n')
  const loop = `  for (const row of req.body.rows) {\n    await Item.findOne({ name: row.name })\n${fields}\n    await Item.create(row)\n  }`
  const app = `${head}\nexpress().post('/items', async (req, res) => {\n${loop}\n  res.end()\n})\n`
  const manifest = JSON.stringify({ name: 'case', dependencies: { express: '4.21.0', mongoose: '9.0.0' } })
  const files = new Map([
    ['package.json', manifest],
    ['app.js', app],
  ])
  const { findings } = analyse(files, { rules: rules.filter((rule) => rule.id === 'n-plus-one') })
  expect(findings.map(({ line, also }) => ({ line, also }))).toEqual([
    { line: 6, also: [{ path: 'app.js', line: 21 }] },
  ])
})

test('input that a handler prints raw in several answers of one view is one finding with its other places', () => {
  const app = `const express = require('express')
const app = express()
app.get('/find', (req, res) => {
  if (req.query.text === 'all') return res.render('list', { message: 'All for ' + req.query.text })
  const found = search(req.query.text)
  if (found.length > 0) return res.render('list', { found, message: 'Found ' + req.query.text })
  res.render('list', { message: 'Nothing for ' + req.query.text })
})
`
  const manifest = JSON.stringify({ name: 'case', dependencies: { express: '4.21.0' } })
  const files = new Map([
    ['package.json', manifest],
    ['app.js', app],
    ['views/list.ejs', '<p><%- message %></p>'],
  ])
  const { findings } = analyse(files, { rules: rules.filter((rule) => rule.id === 'xss') })
  expect(findings.map(({ path, line, also }) => [path, line, also.map((place) => place.line)])).toEqual([
    ['app.js', 4, [6, 7]],
    ['views/list.ejs', 1, []],
  ])
})
