import { expect, test } from 'vitest'
import { severities } from './severities-of.ts'

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
