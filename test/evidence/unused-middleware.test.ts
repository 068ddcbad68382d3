import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'

test('what happens in middleware that no route uses is only noted', () => {
  const guard =
    "const { User } = require('../models')\nexports.isAdmin = (req, res, next) => {\n  User.findOne({ where: { id: req.userId } }).then((user) => (user.isAdmin ? next() : res.sendStatus(403)))\n}\n"
  const severityWith = (app: string) => {
    const files = new Map([
      ['package.json', JSON.stringify({ name: 'case', dependencies: { express: '4.21.0', sequelize: '6.37.0' } })],
      ['middleware/is-admin.js', guard],
      ['app.js', `const app = require('express')()\n${app}`],
    ])
    const only = rules.filter(({ id }) => id === 'unhandled-rejection')
    return analyse(files, { rules: only }).findings.map(({ severity }) => severity)
  }
  const used =
    "const { isAdmin } = require('./middleware/is-admin')\napp.get('/people', isAdmin, (req, res) => res.end())\n"
  expect(severityWith(used)).toEqual(['high'])
  expect(severityWith("app.get('/people', (req, res) => res.end())\n")).toEqual(['info'])
})
