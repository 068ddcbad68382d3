import { expect, test } from 'vitest'
import { BackgroundAnalyst } from '../../src/evidence/background-analyst.ts'

const files = new Map([
  ['app.js', "const express = require('express')\nexpress().get('/', (req, res) => res.json(eval(req.query.a)))\n"],
])

test('a worker gives the same findings on each run, to callers that ask at once', async () => {
  await using analyst = new BackgroundAnalyst()
  const [first, second] = await Promise.all([analyst.analyse(files), analyst.analyse(files)])
  expect(first.data.findings.some((finding) => finding.rule === 'code-injection')).toBe(true)
  expect(second.data).toEqual(first.data)
})

test('a codebase larger than what is sent at once is analysed whole, also when asked again', async () => {
  await using analyst = new BackgroundAnalyst()
  const app = files.get('app.js') ?? ''
  const large = new Map([
    ['a.js', app],
    ['b.md', 'word '.repeat(300_000)],
    ['c.js', app],
    ['d.md', 'More.'],
    ['e.js', app],
  ])
  const injected = async (asked: ReadonlyMap<string, string>) => {
    const { data } = await analyst.analyse(asked)
    return data.findings.flatMap(({ rule, path }) => (rule === 'code-injection' ? [path] : []))
  }
  expect(await injected(large)).toEqual(['a.js', 'c.js', 'e.js'])
  expect(await injected(new Map(large).set('a.js', app.replace('eval', 'String')))).toEqual(['c.js', 'e.js'])
})

test('a run that is stopped is an error, and the next one works', async () => {
  const analyst = new BackgroundAnalyst()
  const stopped = analyst.analyse(files).then(
    () => 'answered',
    (error: unknown) => String(error),
  )
  await analyst[Symbol.asyncDispose]()
  expect(await stopped).toContain('the analysis worker ended')
  expect((await analyst.analyse(files)).data.findings).not.toEqual([])
  await analyst[Symbol.asyncDispose]()
})
