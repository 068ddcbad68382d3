import { expect, test } from 'vitest'
import { severities, severitiesOf } from './severities-of.ts'

const app =
  "const express = require('express')\nconst { Pool } = require('pg')\nconst pool = new Pool()\nconst app = express()\n"

test('what a header brings into a page weighs less than what a link brings', () => {
  const page = (value: string) => `${app}app.get('/', (req, res) => res.send('<p>' + ${value} + '</p>'))\n`
  expect(severities('xss', 'app.js', page('req.query.name'))).toEqual(['high'])
  expect(severities('xss', 'app.js', page("req.get('host')"))).toEqual(['low'])
  expect(severities('xss', 'app.js', page("req.get('referer')"))).toEqual(['high'])
})

test('a failure thrown from a timer on purpose weighs less than one by mistake', () => {
  const timer = (inside: string) => `${app}function later(work) {\n  ${inside}\n}\n`
  const handedOut = timer('work().catch((error) => {\n    setTimeout(() => {\n      throw error\n    })\n  })')
  expect(severities('throw-in-callback', 'app.js', handedOut)).toEqual(['medium'])
  const late = timer("setTimeout(() => {\n    throw new Error('too late')\n  }, 500)")
  expect(severities('throw-in-callback', 'app.js', late)).toEqual(['high'])
})

test('a loop of changes is known by the SQL or the name, and one whose turns may fail alone is a note', () => {
  const looping = (turn: string) =>
    `${app}async function removeRow(id) {\n  const { rows } = await pool.query('select id from rows where id = $1', [id])\n` +
    "  await pool.query('delete from rows where id = $1', [rows[0].id])\n}\n" +
    `app.post('/rows', async (req, res) => {\n  for (const id of req.body.ids) ${turn}\n  res.end()\n})\n`
  const select = "await pool.query('select id from rows where id = $1', [id])"
  expect(severities('n-plus-one', 'app.js', looping(select))).toEqual(['medium'])
  expect(
    severities('n-plus-one', 'app.js', looping("await pool.query('update rows set seen = 1 where id = $1', [id])")),
  ).toEqual(['low'])
  expect(severities('n-plus-one', 'app.js', looping('await removeRow(id)'))).toEqual(['low'])
  const apart = '{\n    try {\n      await removeRow(id)\n    } catch {\n      left.push(id)\n    }\n  }'
  expect(severities('n-plus-one', 'app.js', looping(apart))).toEqual(['info'])
})

test('state of a process weighs less where a comment says that each has its own', () => {
  const state = (comment: string) =>
    `${comment}${app}const tries = new Map()\napp.post('/codes', (req, res) => {\n  tries.set(req.body.mail, Date.now())\n  res.end()\n})\n`
  expect(severities('in-memory-state', 'app.js', state(''))).toEqual(['medium'])
  expect(
    severities('in-memory-state', 'app.js', state('// Kept in memory: with multiple instances, use Redis.\n')),
  ).toEqual(['info'])
})

test('several fields of one way of writing are one finding that names the first', () => {
  const field = (name: string) => `  @IsNumber()\n  ${name}: number\n`
  const files = (names: readonly string[]) => ({
    'bill.dto.ts': `import { IsNumber } from 'class-validator'\nexport class BillDto {\n${names.map(field).join('')}}\n`,
    'bills.controller.ts':
      "import { Body, Controller, Post } from '@nestjs/common'\nimport { BillDto } from './bill.dto'\n@Controller('bills')\nexport class Bills {\n  @Post()\n  add(@Body() bill: BillDto) {\n    return bill\n  }\n}\n",
  })
  expect(severitiesOf('loose-shape', files(['amount', 'price', 'discount']))).toHaveLength(3)
  expect(severitiesOf('loose-shape', files(['amount', 'price', 'discount', 'quantity']))).toHaveLength(1)
})
