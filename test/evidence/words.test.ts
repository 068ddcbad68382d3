import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'

const manifest = JSON.stringify({ name: 'case', dependencies: { express: '4.21.0', passport: '0.7.0' } })

test('what the words of a rule do not fit is told in words of its own', () => {
  const app = `const express = require('express')
const passport = require('passport')
const app = express()
const signedIn = passport.authenticate('session')
app.get('/admin/people', signedIn, (req, res) => db.people.find().then((rows) => res.json(rows)))
app.post('/orders', (req, res) => db.orders.insert(req.body).then((row) => res.json(row)))
app.delete('/orders/:id', signedIn, (req, res) => db.orders.remove(req.params.id).then(() => res.end()))
`
  const rule = rules.find(({ id }) => id === 'missing-auth')
  const files = new Map([
    ['package.json', manifest],
    ['app.js', app],
  ])
  const { findings } = analyse(files, { rules: rules.filter((item) => item === rule) })
  const asRule = findings.map(({ line, title, why, fix }) => [
    line,
    title === rule?.title && why === rule.why && fix.say === rule.fix.say,
  ])
  expect(asRule).toEqual([
    [5, false],
    [6, true],
  ])
})
