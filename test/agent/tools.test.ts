import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Tool } from '../../src/agent/tool.ts'
import { foldPaths } from '../../src/agent/tools/fold-paths.ts'
import { listFilesTool } from '../../src/agent/tools/list-files.ts'
import { numberLines } from '../../src/agent/tools/number-lines.ts'
import { readFilesTool } from '../../src/agent/tools/read-files.ts'
import type { RepositoryReader } from '../../src/agent/tools/repository-reader.ts'
import { searchCodeTool } from '../../src/agent/tools/search-code.ts'
import { searchThreadsTool, type ThreadHit } from '../../src/agent/tools/search-threads.ts'
import { unhurried } from '../support/anthropic/use-claude.ts'

const files: Readonly<Record<string, string>> = {
  'package.json': '{}\n',
  'src/app.js': Array.from({ length: 600 }, (_, index) => `line ${index + 1}`).join('\n'),
  'src/routes/users.js': 'router.get("/users")\nrouter.post("/users")\n',
}

function readerOf(...repositories: string[]): RepositoryReader {
  const page = (path: string) => `https://github.com/acme/api/blob/abc/${path}`
  return {
    repositories,
    listFiles: async (_repository, folder) => {
      return { ok: true, value: Object.keys(files).filter((path) => path.startsWith(folder)) }
    },
    readFile: async (_repository, path) => {
      const text = files[path]
      if (text === undefined) return { ok: false, sentence: 'There is no such file.' }
      return { ok: true, value: { text, url: page(path) } }
    },
    searchCode: async (_repository, words) => {
      const hits = words === 'users' ? [1, 2] : []
      const path = 'src/routes/users.js'
      return { ok: true, value: hits.map((line) => ({ path, line, text: '  users', url: `${page(path)}#L${line}` })) }
    },
  }
}

function use(tool: Tool, input: unknown) {
  return tool.call(input, unhurried())
}

test('files are listed, from the root or a folder', async () => {
  const tool = listFilesTool(readerOf('acme/api'))
  expect(await use(tool, {})).toMatchObject({ ok: true, text: Object.keys(files).join('\n') })
  expect(await use(tool, { folder: './src/routes/' })).toMatchObject({ text: 'src/routes/users.js' })
  expect(await use(tool, { folder: 'docs' })).toMatchObject({ ok: true, text: 'There are no files here.' })
})

test('several files are read at once, with line numbers and a page for each', async () => {
  const tool = readFilesTool(readerOf('acme/api'))
  const asked = { files: [{ path: 'package.json' }, { path: '/src/app.js', from: 9, to: 10 }, { path: 'no.js' }] }
  expect(tool.describe(asked)).toBe('reading package.json and 2 more files')
  expect(await use(tool, asked)).toEqual({
    ok: true,
    text:
      'package.json, lines 1-1 of 1:\n1 | {}\n\n' +
      'src/app.js, lines 9-10 of 600:\n 9 | line 9\n10 | line 10\n\n' +
      'no.js: There is no such file.',
    sources: [
      { label: 'package.json:1-1', url: 'https://github.com/acme/api/blob/abc/package.json#L1-L1' },
      { label: 'src/app.js:9-10', url: 'https://github.com/acme/api/blob/abc/src/app.js#L9-L10' },
    ],
  })
})

test('a long file is read in parts and says how long it is', async () => {
  const tool = readFilesTool(readerOf('acme/api'))
  const first = await use(tool, { files: [{ path: 'src/app.js' }] })
  expect(first.text).toMatch(/^src\/app\.js, lines 1-500 of 600:/)
  const beyond = await use(tool, { files: [{ path: 'src/app.js', from: 601 }] })
  expect(beyond).toEqual({ ok: false, text: 'src/app.js has fewer than 601 lines.' })
})

test.each(['../secrets', 'src/../../etc/passwd', 'a\0b'])('the path %j does not leave the repository', async (path) => {
  const outcome = await use(readFilesTool(readerOf('acme/api')), { files: [{ path }] })
  expect(outcome).toMatchObject({ ok: false, text: expect.stringContaining('leaves the repository') })
})

test('only a repository that is open can be named', async () => {
  const two = listFilesTool(readerOf('acme/api', 'acme/web'))
  expect(await use(two, { repository: 'ACME/Web' })).toMatchObject({ ok: true })
  expect(await use(two, {})).toMatchObject({ ok: false, text: expect.stringContaining('acme/api, acme/web') })
  const foreign = ['evil/repo', 'https://github.com/acme/api', 'acme/api@main', 'acme/api/../other']
  for (const repository of foreign) expect(await use(two, { repository })).toMatchObject({ ok: false })
  expect(await use(listFilesTool(readerOf()), {})).toMatchObject({ ok: false })
})

test('code is found by words, with one source for each file', async () => {
  const tool = searchCodeTool(readerOf('acme/api'))
  expect(await use(tool, { words: 'users' })).toMatchObject({
    ok: true,
    text: 'src/routes/users.js:1 | users\nsrc/routes/users.js:2 | users',
    sources: [{ label: 'src/routes/users.js', url: expect.stringMatching(/#L1$/) }],
  })
  expect(await use(tool, { words: 'nothing' })).toMatchObject({ ok: true, sources: [] })
  expect(await use(tool, { words: ' ' })).toMatchObject({ ok: false })
})

test('earlier threads are found with who, when and where', async () => {
  const hit: ThreadHit = {
    title: 'Ana in #backend',
    when: new Date('2026-10-01T12:00:00Z'),
    text: 'We go with BullMQ.',
    permalink: 'https://acme.slack.com/archives/C1/p1',
  }
  const tool = searchThreadsTool({ searchThreads: async () => ({ ok: true, value: [hit] }) })
  expect(await use(tool, { query: 'queue' })).toEqual({
    ok: true,
    text: 'Ana in #backend, 2026-10-01, https://acme.slack.com/archives/C1/p1\nWe go with BullMQ.',
    sources: [{ label: 'Ana in #backend', url: hit.permalink }],
  })
})

test('a status stays one short line whatever the model asks for', () => {
  const tool = searchCodeTool(readerOf('acme/api'))
  const label = tool.describe({ words: `a\n\n${'b'.repeat(150)}` })
  expect(label.length).toBeLessThanOrEqual(80)
  expect(label).not.toContain('\n')
  expect(tool.describe({ nonsense: true })).toBe('using search_code')
})

test('the definitions are the same bytes every time', () => {
  const definitions = () => {
    const reader = readerOf('acme/api')
    const search = { searchThreads: async () => ({ ok: true as const, value: [] }) }
    const tools = [listFilesTool(reader), readFilesTool(reader), searchCodeTool(reader), searchThreadsTool(search)]
    return JSON.stringify(tools.map((tool) => tool.definition))
  }
  expect(definitions()).toBe(definitions())
})

test('a list of any size fits, and loses no file', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c', 'd.js'), { minLength: 1, maxLength: 5 }).map((p) => p.join('/'))
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (paths, maxLines) => {
      const lines = foldPaths(paths, maxLines)
      expect(lines.length).toBeLessThanOrEqual(maxLines)
      const counted = lines.map((line) => Number(/\((\d+) files?\)$/.exec(line)?.[1] ?? 1))
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(paths.length)
    }),
  )
})

test('lines keep their numbers whatever ends them', () => {
  expect(numberLines('a\r\nb\rc\n', 1, 9, 9)?.text).toBe('1 | a\n2 | b\n3 | c')
  expect(numberLines('', 1, 9, 9)).toEqual({ text: '1 | ', from: 1, to: 1, total: 1 })
  expect(numberLines('a\nb\nc', 3, 1, 9)).toMatchObject({ text: '3 | c', from: 3, to: 3 })
  expect(numberLines('x'.repeat(1000), 1, 1, 1)?.text).toContain('[cut: 600 more characters in this line]')
})
