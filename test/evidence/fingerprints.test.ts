import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'

const manifest = `{
  "name": "case",
  "dependencies": { "express": "4.21.0",
    "lodash": "*" }
}
`
const dockerfile = 'FROM node:24\nCOPY . .\nCMD ["node", "src/orders.js"]\n'
const orders = `const express = require('express')
const { exec } = require('child_process')
const app = express()
app.get('/ping', (req, res) => {
  exec('ping ' + req.query.host, { timeout: 5, cwd: "/" }, (error, out) => (error ? res.sendStatus(500) : res.send(out)))
})
function trace(req, res) {
  exec(\`trace \${req.query.host}\`, () => res.end())
}
app.get('/trace', trace)
app.get('/a', (req, res) => res.json(eval(req.query.a)))
app.get('/b', (req, res) => res.json(eval(req.query.a)))
`
const formatted = `const express = require("express");
const { exec } = require("child_process");
const app = express();

app.get("/ping", (req, res) => {
  // asks the host
  exec(
    "ping " + req.query.host,
    {
      timeout: 5,
      cwd: '/',
    },
    (error, out) => (error ? res.sendStatus(500) : res.send(out)),
  );
});

function trace(req, res)
{
  exec(\`trace \${req.query.host}\`, () => res.end());
}
app.get("/trace", trace);
app.get("/a", (req, res) => res.json(eval(req.query.a)));
app.get("/b", (req, res) => res.json(eval(req.query.a)));
`

function found(path: string, text: string, other: Record<string, string> = {}) {
  const files = new Map(Object.entries({ 'package.json': manifest, Dockerfile: dockerfile, ...other, [path]: text }))
  return analyse(files).findings
}

const fingerprints = (...of: Parameters<typeof found>) => found(...of).map((finding) => finding.fingerprint)
const before = fingerprints('src/orders.js', orders)

test('every finding has a fingerprint of its own, equal code included', () => {
  expect(new Set(before).size).toBe(before.length)
  expect(found('src/orders.js', orders).filter((finding) => finding.rule === 'code-injection')).toHaveLength(2)
})

test.each([
  ['renamed', 'src/invoices.js', orders],
  ['moved', 'packages/shop/lib/orders.js', orders],
  ['pushed down by new lines', 'src/orders.js', `// a\n\n\n${orders}`],
  ['formatted', 'src/orders.js', formatted],
  ['given other line ends', 'src/orders.js', orders.replaceAll('\n', '\r\n')],
])('a file that is %s keeps its fingerprints', (_, path, text) => {
  expect(fingerprints(path, text).sort()).toEqual([...before].sort())
})

test('a formatted manifest keeps its fingerprints, another version does not', () => {
  const spaced = JSON.stringify(JSON.parse(manifest), null, 4).replace('"lodash": "*"', '"lodash":   "*"')
  const named = (text: string) =>
    found('src/orders.js', orders, { 'package.json': text })
      .filter((finding) => finding.rule === 'wildcard-dependency')
      .map((finding) => finding.fingerprint)
  expect(named(spaced)).toEqual(named(manifest))
  expect(named(manifest.replace('"*"', '"latest"'))).not.toEqual(named(manifest))
})

test('edited code changes only the fingerprints of what quotes it', () => {
  const edited = fingerprints('src/orders.js', orders.replace("'ping '", "'ping -c 4 '"))
  const lost = found('src/orders.js', orders).filter((finding) => !edited.includes(finding.fingerprint))
  expect(lost.map((finding) => finding.line)).toContain(5)
  expect(lost.every((finding) => finding.symbol === 'GET /ping')).toBe(true)
})

test('an edit far inside a long quoted function changes its fingerprint', () => {
  const filler = Array.from({ length: 30 }, (_, index) => `  const v${index} = ${index}`).join('\n')
  const text = (last: string) => `${orders}function unusedReport() {\n${filler}\n  return ${last}\n}\n`
  const dead = (last: string) =>
    found('src/orders.js', text(last))
      .filter((finding) => finding.rule === 'dead-code' && finding.symbol === 'unusedReport')
      .map((finding) => finding.fingerprint)
  expect(dead('v1')).toHaveLength(1)
  expect(dead('v2')).not.toEqual(dead('v1'))
})

test('the symbol is the function, method, class or route around the code', () => {
  const text = `const express = require('express')
const app = express()
const run = (req) => eval(req.query.a)
app.get('/run', (req, res) => res.json(run(req)))
class Shell {
  run(req) {
    return [1].map(() => eval(req.body.b))
  }
}
app.route('/c').get((req, res) => res.json(eval(req.query.c)))
exports.last = async function (req, res) {
  res.json(eval(req.query.d))
}
app.post('/shell', (req, res) => res.json(new Shell().run(req)))
app.get('/last', exports.last)
`
  const symbols = found('app.js', text)
    .filter((finding) => finding.rule === 'code-injection')
    .map((finding) => finding.symbol)
  expect(symbols).toEqual(['run', 'Shell.run', 'GET /c', 'last'])
})

test('one finding for several places is known again when one of them is mended and another added', () => {
  const toolsOf = (...names: string[]) => {
    const dependencies = Object.fromEntries(['express', ...names].map((name) => [name, '4.21.0']))
    const files = new Map([
      ['package.json', JSON.stringify({ name: 'case', dependencies }, null, 2)],
      ['app.js', "require('express')().listen(3000)"],
    ])
    const tools = analyse(files).findings.filter((finding) => finding.rule === 'unused-dependency')
    return tools.map(({ message, fingerprint }) => ({
      fingerprint,
      names: names.filter((name) => message.includes(name)),
    }))
  }
  const [earlier] = toolsOf('eslint', 'nodemon')
  expect(earlier?.names).toEqual(['eslint', 'nodemon'])
  expect(toolsOf('nodemon', 'prettier')).toEqual([{ ...earlier, names: ['nodemon', 'prettier'] }])
})
