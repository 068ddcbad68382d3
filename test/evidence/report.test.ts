import { expect, test } from 'vitest'
import { z } from 'zod'
import { analyse } from '../../src/evidence/analyse.ts'
import { toJson } from '../../src/evidence/report/json.ts'
import { toSarif } from '../../src/evidence/report/sarif.ts'
import { sarif } from './sarif.ts'

const told = z.object({ properties: z.record(z.string(), z.unknown()) })
const tool = z.object({ driver: z.object({ rules: z.array(told.extend({ id: z.string() })) }) })

const app = `const express = require('express')
const { exec } = require('child_process')
const app = express()
app.get('/ping', (req, res) => {
  exec('ping ' + req.query.host, (error, out) => (error ? res.sendStatus(500) : res.send(out)))
})
// architect-ignore code-injection: only the owner reaches this page
app.get('/a', (req, res) => res.json(eval(req.query.a)))
// architect-ignore code-injection
app.get('/b', (req, res) => res.json(eval(req.query.b)))
`

const files = new Map([
  ['src/the app.js', app],
  ['package.json', '{"dependencies":{"express":"4.21.0"}}'],
  ['src/broken.js', 'const = ;\nmodule.exports.a = 1\n'],
  ['src/binary.js', 'a\u0000b'],
])

test('the SARIF is valid 2.1.0, places are relative and the category is the taxonomy’s', () => {
  const log = toSarif(analyse(files))
  expect(sarif.safeParse(log).error).toBeUndefined()
  const text = JSON.stringify(log)
  expect(text).toContain('"uri":"src/the%20app.js"')
  expect(text).toContain('"category":"command-injection"')
})

test('a security rule carries the score of its worst finding where GitHub reads it, other rules carry none', () => {
  const { findings, coverage } = analyse(files)
  const mild = findings.map((finding) => ({ ...finding, severity: 'low' as const }))
  const log = z.object({ runs: z.tuple([z.object({ tool, results: z.array(told) })]) })
  const [run] = log.parse(toSarif({ findings: [...mild, ...findings], coverage })).runs
  const scores = new Map(run.tool.driver.rules.map(({ id, properties }) => [id, properties['security-severity']]))
  expect(scores.get('command-injection')).toBe('9.5')
  expect(scores.get('missing-helmet')).toBe('3.0')
  expect(scores.get('missing-tests')).toBeUndefined()
  expect(run.results.filter(({ properties }) => 'security-severity' in properties)).toEqual([])
})

test('the validator refuses what is not SARIF', () => {
  expect(sarif.safeParse({ version: '2.1.0', runs: [{ results: [] }] }).success).toBe(false)
})

test('an empty project gives an empty, valid log', () => {
  expect(sarif.safeParse(toSarif(analyse(new Map()))).error).toBeUndefined()
})

test('a suppression needs a reason, and is listed', () => {
  const { findings, suppressions } = analyse(files)
  const evals = findings.filter((finding) => finding.rule === 'code-injection')
  expect(evals.map((finding) => finding.suppressed?.reason)).toEqual(['only the owner reaches this page', undefined])
  expect(suppressions.map((item) => item.reason)).toEqual(['only the owner reaches this page', ''])
})

test('a finding quotes its line, names the way of the input, and offers code for the framework', () => {
  const finding = analyse(files).findings.find((item) => item.rule === 'command-injection')
  expect(finding).toMatchObject({ path: 'src/the app.js', line: 5, severity: 'critical', cwe: 'CWE-78' })
  expect(finding?.quote).toContain("exec('ping ' + req.query.host")
  expect(finding?.fix.code).toContain('execFile')
  const fastify = new Map([
    ['package.json', '{"dependencies":{"fastify":"5.0.0"}}'],
    ['app.js', "import fastify from 'fastify'\nconst app = fastify()\napp.post('/login', async () => ({}))\n"],
  ])
  const helmet = analyse(fastify).findings.find((item) => item.rule === 'missing-helmet')
  expect(helmet?.fix.code).toContain('@fastify/helmet')
})

test('files that cannot be read are named with the reason, never clean', () => {
  const { coverage } = analyse(files)
  expect(coverage.notAnalysed).toEqual([{ path: 'src/binary.js', reason: 'it is binary or not UTF-8' }])
  expect(coverage.partly).toEqual([{ path: 'src/broken.js', lines: [1] }])
})

test('fingerprints stay when lines above change, and differ for equal lines', () => {
  const before = analyse(files).findings.map((finding) => finding.fingerprint)
  const moved = new Map(files).set('src/the app.js', `\n\n${app}`)
  expect(analyse(moved).findings.map((finding) => finding.fingerprint)).toEqual(before)
  expect(new Set(before).size).toBe(before.length)
})

test('the JSON holds routes, queries and models without trees', () => {
  const json = JSON.stringify(toJson(analyse(files)))
  expect(json).toContain('"path":"/ping"')
  expect(json.length).toBeLessThan(100_000)
})

test('what the registry says becomes findings; without it the review says so', () => {
  expect(analyse(files).coverage.notAssessed[0]).toContain('live registry')
  const packages = [{ name: 'express', version: '4.21.0', kind: 'vulnerable' as const, text: 'test advisory' }]
  const importing = new Map([...files, ['src/server.js', "module.exports = require('express')()"]])
  const { findings, coverage } = analyse(importing, { packages })
  expect(findings.some((finding) => finding.message.includes('test advisory'))).toBe(true)
  expect(coverage.notAssessed.join()).not.toContain('live registry')
})
