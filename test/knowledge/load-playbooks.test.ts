import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { loadPlaybooks } from '../../src/knowledge/load-playbooks.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function writeFolder(files: Record<string, string>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'playbooks-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return pathToFileURL(`${folder}/`)
}

const GOOD = `---
title: Queues
topics: [queue]
keywords: [job]
packages: ['@scope/queue@1.2.3']
node: '>=20.19'
---
Use a queue.
`

test('a playbook is read with its packages apart', () => {
  const folder = writeFolder({ 'queues.md': GOOD, 'notes.txt': 'not a playbook' })
  expect(loadPlaybooks(folder)).toEqual([
    {
      id: 'queues',
      title: 'Queues',
      topics: ['queue'],
      keywords: ['job'],
      packages: [{ name: '@scope/queue', version: '1.2.3' }],
      node: '>=20.19',
      body: 'Use a queue.',
    },
  ])
})

test.each([
  ['without front matter', 'Just text.\n', 'start the playbook with front matter'],
  ['with broken YAML', GOOD.replace('[queue]', '[queue'), 'not valid YAML'],
  ['without topics', GOOD.replace('topics: [queue]\n', ''), 'topics'],
  ['with a package that has no version', GOOD.replace('queue@1.2.3', 'queue'), 'name@1.2.3'],
  ['with a keyword of two words', GOOD.replace('[job]', '[long job]'), 'one word'],
  ['with an unknown field', GOOD.replace('node:', 'author: me\nnode:'), 'author'],
])('a playbook %s is refused by name', (_case, text, reason) => {
  const folder = writeFolder({ 'broken.md': text })
  expect(() => loadPlaybooks(folder)).toThrow(/^broken\.md: /)
  expect(() => loadPlaybooks(folder)).toThrow(reason)
})
