import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { RememberingAnalyst } from '../../src/evidence/remembering-analyst.ts'
import { readCodeFacts } from '../../src/evidence/report/code-facts.ts'
import { toJson } from '../../src/evidence/report/json.ts'
import { readServices } from './read-services.ts'

/** What each file of a small service may say; an empty text stands for a file that is not there. */
const versions: Readonly<Record<string, readonly string[]>> = {
  'package.json': [
    '{"name":"shop","dependencies":{"express":"^4.18.0","mysql2":"^3.0.0","left-pad":"^1.0.0"}}',
    '{"name":"shop","dependencies":{"express":"^5.0.0"}}',
  ],
  'src/app.js': [
    "const express = require('express')\nconst orders = require('./orders')\nconst { guard } = require('./guard')\nconst app = express()\napp.use(guard)\napp.use('/orders', orders)\napp.get('/list', require('./list').list)\napp.listen(3000)",
    "const express = require('express')\nconst app = express()\napp.use('/orders', require('./orders'))\napp.get('/eval', (req, res) => res.send(String(eval(req.query.code))))\napp.listen(3000)",
    "const express = require('express'\nconst app = express()",
    '',
  ],
  'src/orders.js': [
    "const router = require('express').Router()\nconst { findOrder } = require('./store')\nrouter.get('/:id', async (req, res) => {\n  const order = await findOrder(req.params.id)\n  res.json(order)\n})\nmodule.exports = router",
    "const router = require('express').Router()\nconst store = require('./store')\nrouter.get('/:id', (request, response) => {\n  store.findOrder(request.params.id, answer)\n  function answer(rows) { response.send('<b>' + rows.name + request.query.title + '</b>') }\n})\nmodule.exports = router",
    '',
  ],
  'src/store.js': [
    "const pool = require('mysql2').createPool({ password: 'hunter2hunter2' })\nexports.findOrder = (id) => pool.query('SELECT * FROM orders WHERE id = ' + id)",
    "const pool = require('./pool')\nexports.findOrder = (id) => pool.query('SELECT * FROM orders WHERE id = ?', [id])",
    "const { findOrder } = require('./orders')\nexports.findOrder = (id, done) => done(findOrder(id))",
  ],
  // What these parameters are, only the application says.
  'src/list.js': ["exports.list = (asked, answer) => answer.send('<b>' + asked.query.title + '</b>')", ''],
  'src/pool.js': ["module.exports = require('mysql2').createPool({ uri: process.env.DB })", 'exports.query = eval', ''],
  'src/guard.js': [
    "exports.guard = (req, res, next) => {\n  if (!req.session.user) res.redirect('/login')\n  next()\n}",
    "const jwt = require('jsonwebtoken')\nexports.guard = (req, res, next) => {\n  req.user = jwt.verify(req.headers.token, 'a-long-secret-text')\n  next()\n}",
    '',
  ],
}

const paths = Object.keys(versions)
const edit = fc.record({ path: fc.constantFrom(...paths), version: fc.nat(3) })

/** What a run that remembers says otherwise than a first run, state by state; it keeps no reports, so all is found. */
function saidOtherwise(states: Iterable<ReadonlyMap<string, string>>): unknown[] {
  const analyst = new RememberingAnalyst(0)
  return [...states].flatMap((files) => {
    const analysis = analyse(files)
    const anew = JSON.stringify({ data: toJson(analysis), facts: readCodeFacts(analysis) })
    const report = analyst.report(files)
    return JSON.stringify(report) === anew ? [] : [{ files, report, anew }]
  })
}

test('a run that remembers unchanged files finds what a first run finds, whatever was edited', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 8, maxLength: 16 }), (edits) => {
      const chosen = new Map<string, number>()
      const states = edits.map(({ path, version }) => {
        chosen.set(path, version)
        const files = [...chosen].map(([name, number]) => [name, versions[name]?.[number] ?? ''] as const)
        return new Map(files.filter(([, text]) => text !== ''))
      })
      expect(saidOtherwise(states)).toEqual([])
    }),
    { numRuns: 25 },
  )
})

/** Ways to edit a file, given another of the project and a number. */
const ways: readonly ((files: Map<string, string>, path: string, other: string, number: number) => void)[] = [
  (files, path) => files.set(path, `${files.get(path)}\n// Said again.\n`),
  (files, path, _, number) => files.set(path, without(files.get(path) ?? '', number)),
  (files, path) => files.delete(path),
  (files, path, other) => files.set(path, files.get(other) ?? ''),
  (files, path, other) => files.set(path, `export * from '${importOf(path, other)}'\n${files.get(path)}`),
  (files, path, _, number) => files.set(path, `export const added${number % 3} = 1\n${files.get(path)}`),
  (files, path) => files.set(path, (files.get(path) ?? '').replace(/(export (?:async )?\w+ )(\w+)/, '$1$2Again')),
  (files, path) => {
    files.set(path.replace(/(\.\w+)$/, '-moved$1'), files.get(path) ?? '')
    files.delete(path)
  },
]

/** A text without one of its lines. */
function without(text: string, number: number): string {
  const lines = text.split('\n')
  return lines.toSpliced(number % lines.length, 1).join('\n')
}

function importOf(path: string, other: string): string {
  return '../'.repeat(path.split('/').length - 1).replace(/^$/, './') + other.replace(/\.ts$/, '')
}

const move = fc.record({ way: fc.nat(ways.length - 1), path: fc.nat(), other: fc.nat(), number: fc.nat(400) })

test.each(readServices())('the same holds for files edited, added, moved and removed in $name', ({ planted }) => {
  fc.assert(
    fc.property(fc.array(move, { minLength: 6, maxLength: 12 }), (moves) => {
      const files = new Map(planted)
      const states = moves.map(({ way, path, other, number }) => {
        const paths = [...files.keys()].filter((name) => /\.[jt]s$/.test(name))
        const [one, another] = [paths[path % paths.length], paths[other % paths.length]]
        if (one !== undefined && another !== undefined) ways[way]?.(files, one, another, number)
        return new Map(files)
      })
      expect(saidOtherwise([planted, ...states])).toEqual([])
    }),
    { numRuns: 3 },
  )
})

test('what a file exports is told anew to those who import it, at first, second and third hand', () => {
  const user = {
    'src/app.ts':
      "import express from 'express'\nimport { run } from './all'\nexpress().get('/', (req, res) => res.json(run(req.query.code)))",
    'src/all.ts': "export * from './one'\nexport * from './two'",
    'src/two.ts': 'export const run = String',
  }
  const states = [
    'export const walk = eval',
    'export const run = eval',
    "export { run } from './three'",
    "export { run } from './two'",
    "export * from './all'\nexport * from './three'",
    'export default { run: eval }',
  ].flatMap((text) => {
    const files = new Map(Object.entries({ ...user, 'src/one.ts': text }))
    return [files, new Map([...files, ['src/three.ts', 'export const run = (code: string) => eval(code)']])]
  })
  expect(saidOtherwise([...states, ...states.toReversed()])).toEqual([])
})
