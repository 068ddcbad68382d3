import { mkdtemp, mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { review } from '../../src/cli/review.ts'

const offline = async () => 'GitHub cannot be reached from here.'

async function project(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'review-'))
  await mkdir(join(folder, 'node_modules/x'), { recursive: true })
  await writeFile(join(folder, 'node_modules/x/index.js'), 'eval(a)')
  await writeFile(
    join(folder, 'app.js'),
    "const express = require('express')\nexpress().get('/', (req, res) => res.send(eval(req.query.a)))\n",
  )
  return folder
}

test('a local folder is reviewed in each format', async () => {
  const folder = await project()
  expect((await review([folder], offline)).output).toContain('app.js:2')
  expect((await review([folder, '--format', 'markdown'], offline)).output).toContain('# Architecture review')
  expect(JSON.parse((await review([folder, '--format', 'json'], offline)).output)).toHaveProperty('coverage')
  expect(JSON.parse((await review(['--format', 'sarif', folder], offline)).output)).toHaveProperty('version', '2.1.0')
})

test('the exit code follows the severity that was asked for', async () => {
  const folder = await project()
  expect((await review([folder], offline)).exitCode).toBe(0)
  expect((await review([folder, '--fail-on', 'Critical'], offline)).exitCode).toBe(1)
})

test.each([
  [[], 'Name a folder'],
  [['/does/not/exist'], 'There is no folder'],
  [['.', '--format', 'pdf'], 'There is no format "pdf"'],
  [['.', '--fail-on', 'hihg'], 'There is no severity "hihg"'],
  [['.', '--fial-on', 'high'], 'The options are'],
  [['https://github.com/a/b'], 'GitHub'],
])('%j gives one sentence', async (args, sentence) => {
  const outcome = await review(args, offline)
  expect(outcome.exitCode).toBe(2)
  expect(outcome.output).toContain(sentence)
})
