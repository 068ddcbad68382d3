import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'
import { severities, severitiesOf } from './severities-of.ts'

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
  const server = "require('https').createServer({ key: require('fs').readFileSync('certs/server.pem') })"
  expect(severitiesOf('hardcoded-secret', { 'certs/server.pem': key, 'app.js': server })).toEqual(['high'])
  expect(severityOf('certs/server.pem', key)).toEqual(['medium'])
  expect(severityOf('certs/self-signed.pem', key)).toEqual(['low'])
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

test('a name that leaks weighs less where no other request comes between', () => {
  const of = (text: string) => severities('global-leak', 'app.js', text)
  expect(of('check = (name) => name.length > 2\n')).toEqual(['low'])
  expect(of('function count(list) {\n  total = list.length\n  return total\n}\ncount([])\n')).toEqual(['low'])
  const waits = 'async function count(list) {\n  total = await list.length\n  return total\n}\ncount([])\n'
  expect(of(waits)).toEqual(['medium'])
})

test('defaults that variables of the environment stand in for are one thing, and weigh less', () => {
  const secrets = JSON.stringify(
    { jwtSecret: 'vieneixaGhahk2aej2pohsh2', sessionSecret: 'mei0ieD3ahli9fengie7tee' },
    null,
    2,
  )
  const variables = JSON.stringify({ jwtSecret: 'JWT_SECRET', sessionSecret: 'SESSION_SECRET' })
  expect(severityOf('config/default.json', secrets)).toEqual(['high', 'high'])
  const both = { 'config/default.json': secrets, 'config/custom-environment-variables.json': variables }
  expect(severitiesOf('hardcoded-secret', both)).toEqual(['medium'])
})

test('a secret weighs little where production does not get as far', () => {
  const refused = `if (!http.jwtSecret) {
  this.refuse(this.isProduction ? 'No secret' : 'Using a default')
  http.jwtSecret = 'supersecret'
}`
  expect(severityOf('settings.js', refused)).toEqual(['low'])
  expect(severityOf('settings.js', "http.jwtSecret = 'supersecret'")).toEqual(['high'])
})

test('the password of the first account weighs less than one that opens the service', () => {
  const account = "const password = given?.password || 'letmein4all'"
  expect(severityOf('users.js', `function initAdminUser(given) { ${account} }`)).toEqual(['medium'])
  expect(severityOf('users.js', `function connect(given) { ${account} }`)).toEqual(['high'])
})

const reading = (path: string, guard = '') => `const express = require('express')
const fs = require('fs')
const path = require('path')
express().get('/files/:name', ${guard}(req, res) => {
  res.send(fs.readFileSync(path.join('files', ${path}), 'utf8'))
})`

test('a path weighs less where the caller does not choose its end, or is an administrator', () => {
  expect(severities('path-traversal', 'app.js', reading('req.params.name'))).toEqual(['high'])
  expect(severities('path-traversal', 'app.js', reading('`${req.params.name}.json`'))).toEqual(['medium'])
  const storing = (path: string) => reading('x').replace("path.join('files', x)", path)
  expect(severities('path-traversal', 'app.js', storing('`files/${Date.now()}-${req.params.name}`'))).toEqual([
    'medium',
  ])
  expect(severities('path-traversal', 'app.js', storing("'files/' + Date.now() + req.params.name"))).toEqual(['medium'])
  expect(severities('path-traversal', 'app.js', storing("'files/' + req.params.name"))).toEqual(['high'])
  expect(severities('path-traversal', 'app.js', reading('req.params.name', 'requireAdmin, '))).toEqual(['medium'])
})

const calling = (address: string, guard = '') => `const express = require('express')
express().post('/check', ${guard}async (req, res) => {
  res.json(await (await fetch(${address})).json())
})`

test('an address weighs less where only its host is chosen, or by those with a right', () => {
  expect(severities('ssrf', 'app.js', calling('req.body.url'))).toEqual(['high'])
  expect(severities('ssrf', 'app.js', calling('`https://${req.body.domain}/.well-known/settings`'))).toEqual(['medium'])
  const encoded = '`http://${encodeURIComponent(req.body.domain)}/.well-known/settings`'
  expect(severities('ssrf', 'app.js', calling(encoded))).toEqual(['medium'])
  expect(severities('ssrf', 'app.js', calling('req.body.url', 'requireAdmin, '))).toEqual(['medium'])
})

const handler = (body: string) => ({
  'package.json': JSON.stringify({ name: 'case', dependencies: { express: '4.21.0', mongoose: '8.9.0' } }),
  'app.js': `const express = require('express')
const fs = require('fs/promises')
const mongoose = require('mongoose')
const User = mongoose.model('User', new mongoose.Schema({ name: String }))
const app = express()
app.get('/page', async (req, res) => { res.send(${body}) })
app.listen(80)`,
})

test('a handler whose failure nobody hears weighs more where it asks a database or another service', () => {
  expect(severitiesOf('unhandled-rejection', handler('await User.countDocuments({})'))).toEqual(['high'])
  expect(severitiesOf('unhandled-rejection', handler("await fs.readFile('page.html', 'utf8')"))).toEqual(['medium'])
})

test('any origin with credentials weighs more where cookies go along to other sites', () => {
  const open = (site: string) => `const express = require('express')
const cors = require('cors')
const session = require('express-session')
const app = express()
app.use(cors({ origin: true, credentials: true }))
app.use(session({ secret: process.env.SECRET, cookie: { sameSite: '${site}' } }))
app.listen(80)`
  expect(severities('cors', 'app.js', open('none'))).toEqual(['high'])
  expect(severities('cors', 'app.js', open('lax'))).toEqual(['medium'])
})

test('a name that a module does not have weighs more where it is called', () => {
  const taking = (use: string) => ({
    'mail.js': 'module.exports = { send() {} }',
    'app.js': `const { send, render } = require('./mail')\nsend(${use})`,
  })
  expect(severitiesOf('missing-member', taking('render()'))).toEqual(['high'])
  expect(severitiesOf('missing-member', taking('{ render }'))).toEqual(['medium'])
})

test('what was locked with an old cipher has to be read somehow', () => {
  const cipher = (name: string) => `const crypto = require('crypto')\ncrypto.${name}('aes192', process.env.SECRET)`
  expect(severities('weak-crypto', 'old.js', cipher('createCipher'))).toEqual(['high'])
  expect(severities('weak-crypto', 'old.js', cipher('createDecipher'))).toEqual(['low'])
})

test('escaping switched off for one template weighs less than for all', () => {
  const template = "require('handlebars').compile(link, { noEscape: true })"
  expect(severities('xss', 'page.js', template)).toEqual(['medium'])
  expect(severities('xss', 'page.js', "require('nunjucks').configure('views', { autoescape: false })")).toEqual([
    'high',
  ])
})

test('a chain without a catch weighs more where it begins with a query', () => {
  const answering = (chain: string) => ({
    'app.js': `const express = require('express')
const fs = require('fs/promises')
const mongoose = require('mongoose')
const User = mongoose.model('User', new mongoose.Schema({ name: String }))
express().get('/page', (req, res) => { ${chain}.then((given) => res.send(String(given))) })`,
  })
  expect(severitiesOf('unhandled-rejection', answering('User.countDocuments({})'))).toEqual(['high'])
  expect(severitiesOf('unhandled-rejection', answering("fs.readFile('page.html')"))).toEqual(['medium'])
})

test('an open route weighs less where nobody signs in here', () => {
  const service = (more: string) => `const express = require('express')
const jwt = require('jsonwebtoken')
const app = express()
app.post('/orders/:id/cancel', async (req, res) => {
  await Order.updateOne({ _id: req.params.id }, { state: 'cancelled' })
  res.sendStatus(204)
})
${more}
app.listen(80)`
  const login = "app.post('/login', async (req, res) => res.json({ token: jwt.sign({ id: 1 }, process.env.SECRET) }))"
  expect(severities('missing-auth', 'app.js', service(login))).toEqual(['high'])
  expect(severities('missing-auth', 'app.js', service(''))).toEqual(['medium'])
})

test('connections that take any certificate weigh more where something is called', () => {
  const trusting = "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'\n"
  expect(severities('unchecked-certificate', 'app.js', `${trusting}require('axios').get(process.env.API)`)).toEqual([
    'high',
  ])
  expect(severities('unchecked-certificate', 'app.js', `${trusting}require('http').createServer()`)).toEqual(['medium'])
})

test('a guard that is handed in under a name says less of its neighbours', () => {
  const routes = (guard: string) => ({
    'app.js': `const express = require('express')
require('./routes')(express.Router(), load('guards'))
express().post('/login', (req, res) => res.sendStatus(204))`,
    'guards.js': 'exports.requireUser = (req, res, next) => (req.user ? next() : res.sendStatus(401))',
    'routes.js': `const middleware = require('./guards')
module.exports = (router, given) => {
  router.delete('/orders/:id', ${guard}.requireUser, async (req, res) => {
    await Order.deleteOne({ _id: req.params.id })
    res.sendStatus(204)
  })
  router.delete('/notes/:id', async (req, res) => {
    await Note.deleteOne({ _id: req.params.id })
    res.sendStatus(204)
  })
}`,
  })
  expect(severitiesOf('missing-auth', routes('middleware'))).toEqual(['high'])
  expect(severitiesOf('missing-auth', routes('given'))).toEqual(['medium'])
})

test('the settings of a Firebase page are given to every visitor', () => {
  const key = `AIza${'Sy1bq7I9dd'.repeat(3)}JpHhs`
  expect(severityOf('page.js', `const settings = { apiKey: '${key}', authDomain: 'shop.example.com' }`)).toEqual([
    'low',
  ])
  expect(severityOf('maps.js', `const settings = { apiKey: '${key}' }`)).toEqual(['critical'])
})

test('templates of letters are no HTML', () => {
  const plain = "require('nunjucks').configure({ autoescape: false })"
  expect(severities('xss', 'src/notifications/render.js', plain)).toEqual(['medium'])
})

test('an option that Mongoose refuses weighs more than one it passes over', () => {
  const app = (option: string) =>
    `const mongoose = require('mongoose')\nmongoose.connect(process.env.DB, { ${option}: true })\n`
  const severityFor = (version: string, option: string) =>
    severitiesOf('deprecated-api', {
      'app.js': app(option),
      'package.json': JSON.stringify({ name: 'case', dependencies: { mongoose: version } }),
    })
  expect(severityFor('8.0.0', 'useNewUrlParser')).toEqual(['info'])
  expect(severityFor('8.0.0', 'useCreateIndex')).toEqual(['medium'])
  expect(severityFor('9.1.0', 'useNewUrlParser')).toEqual(['medium'])
})
