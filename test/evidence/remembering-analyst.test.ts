import { expect, test } from 'vitest'
import { RememberingAnalyst } from '../../src/evidence/remembering-analyst.ts'

const server = "const express = require('express')\nexpress().get('/', (req, res) => res.json(eval(req.query.a)))\n"
const files = new Map([
  ['package.json', '{"dependencies":{"express":"^4.0.0"}}'],
  ['app.js', server],
])
const changed = new Map(files).set('app.js', server.replace('eval', 'String'))
const fresh = (texts: ReadonlyMap<string, string>) => new RememberingAnalyst().report(texts)

test.each([
  ['with room for the reports', 16_000_000],
  ['without room for any', 0],
])('%s, files asked for again give the report of a first run', (_, limitBytes) => {
  const analyst = new RememberingAnalyst(limitBytes)
  for (const texts of [files, changed, files, new Map(files), changed])
    expect(analyst.report(texts)).toEqual(fresh(texts))
})

test('what the registry says is part of the question', () => {
  const analyst = new RememberingAnalyst()
  analyst.report(files)
  const { data } = analyst.report(files, { packages: [], packagesNotAssessed: ['The registry did not answer.'] })
  expect(JSON.stringify(data.coverage)).toContain('The registry did not answer.')
})

test('whoever changes a report changes only his own', () => {
  const analyst = new RememberingAnalyst()
  Object.assign(analyst.report(files).data, { findings: [] })
  expect(analyst.report(files)).toEqual(fresh(files))
})
