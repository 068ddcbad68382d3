import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { rules } from '../../src/evidence/rules/all.ts'

const models = `const mongoose = require('mongoose')
exports.Parcel = mongoose.model('Parcel', new mongoose.Schema({ open: Boolean }))
exports.Stop = mongoose.model('Stop', new mongoose.Schema({ parcel: String }))
`

const app = (...bodies: string[]) => `const express = require('express')
const { Parcel, Stop } = require('./models')
const app = express()
${bodies.map((body, index) => `app.post('/parcels/${index}', async (req, res) => {\n${body}\nres.sendStatus(204)\n})`).join('\n')}
`

function told(...bodies: string[]) {
  const only = rules.filter(({ id }) => id === 'missing-transaction')
  const { findings } = analyse(new Map(Object.entries({ 'models.js': models, 'app.js': app(...bodies) })), {
    rules: only,
  })
  return findings.map(({ severity, message }) => `${severity}: ${message}`)
}

const two = 'await Parcel.create({ open: true })\nawait Stop.create({ parcel: req.body.name })'

test('of the branches of a condition one write is counted', () => {
  const either = `await Parcel.create({ open: true })
if (await Stop.exists({ parcel: 'a' })) await Stop.updateOne({ parcel: 'a' }, { parcel: 'b' })
else await Stop.create({ parcel: 'b' })`
  expect(told(either)).toEqual(['medium: 2 writes to `Parcel`, `Stop` without a transaction.'])
})

test('functions that all write the same tables weigh once', () => {
  expect(told(two, two)).toHaveLength(2)
  expect(told(two, two, two, two, two).map((text) => text.split(':')[0])).toEqual([
    'medium',
    'info',
    'info',
    'info',
    'info',
  ])
})
