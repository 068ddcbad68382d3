import { expect, test } from 'vitest'
import { checkFolder } from '../../../src/decisions/checks/check-folder.ts'
import { manifest, readFiles } from './read-files.ts'

const path = 'docs/decisions/0012-no-moment.md'

function record(lines: readonly string[], status = 'accepted'): string {
  const checks = lines.map((line) => `  - ${JSON.stringify(line)}`).join('\n')
  return `---\nstatus: ${status}\ndate: 2026-03-01\nchecks:\n${checks}\n---\n\n# No moment\n\nText.\n`
}

test('a decision that holds is one line and exit code 0', () => {
  const code = readFiles({ [path]: record(['dependency moment absent']), 'package.json': manifest({}) })
  expect(checkFolder(code)).toMatchObject({ lines: [`ADR-12 holds (${path})`], exitCode: 0 })
})

test('a broken one names every place and ends with exit code 1', () => {
  const files = {
    [path]: record(['dependency moment absent']),
    'package.json': manifest({ dependencies: { moment: '2' } }),
  }
  expect(checkFolder(readFiles(files))).toMatchObject({
    lines: [
      `ADR-12 is broken at package.json:5 (${path})`,
      '  dependency moment absent',
      '  package.json:5: it asks for moment',
    ],
    exitCode: 1,
  })
})

test('a check nobody can read is a sentence with its file and exit code 2', () => {
  const { lines, exitCode } = checkFolder(readFiles({ [path]: record(['moment is gone']) }))
  expect(lines).toEqual([expect.stringContaining(`${path}: "moment is gone" is not a check`)])
  expect(exitCode).toBe(2)
})

test('what cannot be checked is said and fails nothing', () => {
  const { lines, exitCode } = checkFolder(readFiles({ [path]: record(['dependency moment absent']) }))
  expect(lines).toEqual([expect.stringContaining('ADR-12 cannot be checked: there is no package.json')])
  expect(exitCode).toBe(0)
})

test.each([
  ['front matter that is not YAML', '---\nstatus: [accepted\nchecks:\n  - file x.txt present\n---\n# X\n', 'not YAML'],
  ['checks that are no list', '---\nstatus: accepted\nchecks: file x.txt present\n---\n# X\n', 'as a list'],
  [
    'a status that nobody knows',
    '---\nstatus: bogus\nchecks:\n  - file x.txt present\n---\n# X\n',
    'write draft, proposed',
  ],
  ['a rule that is none', '---\nchecks:\n  - rule sparkle clean in src\n---\n# X\n', 'knows no rule sparkle'],
  ['a check that YAML reads as a map', '---\nchecks:\n  - file: x.txt\n---\n# X\n', 'put it in quotes'],
])('%s is said and never passed over', (_name, text, part) => {
  const { lines, exitCode } = checkFolder(readFiles({ [path]: text }))
  expect(lines).toEqual([expect.stringContaining(part)])
  expect(exitCode).toBe(2)
})

test.each([
  ['a proposed decision', { [path]: record(['file x.txt present'], 'proposed') }],
  ['an old record without front matter', { 'doc/adr/0001-record.md': '# 1. Record\n\n## Status\n\nAccepted\n' }],
])('%s gives nothing to check', (_name, files) => {
  expect(checkFolder(readFiles(files))).toMatchObject({
    lines: ['No accepted decision of this repository has a check.'],
    exitCode: 0,
  })
})

test.each([
  ['.adr-dir', 'design/records\n'],
  ['.log4brains.yml', 'project:\n  adrFolder: ./design/records\n'],
])('records are found where %s says they are, and templates are none', (pointer, text) => {
  const own = 'design/records/0003-no-moment.md'
  const files = { [pointer]: text, [own]: record(['dependency moment absent']), 'package.json': manifest({}) }
  const template = { 'docs/decisions/adr-template.md': record(['dependency nothing present']) }
  expect(checkFolder(readFiles({ ...files, ...template })).lines).toEqual([`ADR-3 holds (${own})`])
})

test('a repository without decisions is told where they would be', () => {
  const { lines, exitCode } = checkFolder(readFiles({ 'README.md': '# Orders\n' }))
  expect(lines).toEqual([expect.stringContaining('in a folder called decisions, adr or adrs')])
  expect(exitCode).toBe(0)
})

test('of several checks those that can be read are told beside those that cannot', () => {
  const files = { [path]: record(['moment is gone', 'file x.txt present', 'rule sql-injection clean in lib']) }
  const { lines, exitCode } = checkFolder(readFiles({ ...files, 'src/a.js': 'export const a = 1\n' }))
  expect(lines).toEqual([
    expect.stringContaining('"moment is gone" is not a check'),
    `ADR-12 is broken at x.txt (${path})`,
    '  file x.txt present',
    '  x.txt: it is not there',
    '  rule sql-injection clean in lib: cannot be checked, no file matches lib',
  ])
  expect(exitCode).toBe(1)
})
