import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildReviewTools } from '../../src/cli/review-tools.ts'
import { review } from '../../src/cli/review.ts'
import { readCodeConfig } from '../../src/config.ts'
import { sarif } from '../evidence/sarif.ts'
import { startGitHub } from '../support/github/start-github.ts'

const record =
  '---\nstatus: accepted\nchecks:\n  - dependency moment absent\n  - file logo.png present\n---\n\n# No moment\n'
const files = { 'docs/decisions/0012-no-moment.md': record, 'logo.png': 'x', 'package.json': '{ "name": "orders" }' }

function makeFolder(texts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function check(folder: string, ...options: string[]) {
  return checkWith({}, folder, ...options)
}

function checkWith(settings: Record<string, string>, target: string, ...options: string[]) {
  const nowhere = { GITHUB_API_URL: 'http://127.0.0.1:9', NPM_REGISTRY_URL: 'http://127.0.0.1:9' }
  const config = readCodeConfig({ ...nowhere, ARCHITECT_DATA_DIR: makeFolder({}), ...settings })
  return review([target, '--decisions', ...options], () => buildReviewTools(config), new AbortController().signal)
}

test('code that obeys the decisions in its folder passes', async () => {
  expect(await check(makeFolder(files))).toEqual({
    output: 'ADR-12 holds (docs/decisions/0012-no-moment.md)\n',
    exitCode: 0,
  })
})

const withMoment = '{\n  "dependencies": {\n    "moment": "^2"\n  }\n}\n'

test('code that breaks one fails and says where', async () => {
  const { output, exitCode } = await check(makeFolder({ ...files, 'package.json': withMoment }))
  expect(output).toContain('ADR-12 is broken at package.json:3')
  expect(exitCode).toBe(1)
})

test('what a decision came to is there for people, programs and code scanning alike', async () => {
  const folder = makeFolder({ ...files, 'package.json': withMoment })
  const markdown = await check(folder, '--format', 'markdown')
  expect(markdown).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('- `ADR-12` is broken at `package.json:3`'),
  })
  const json = JSON.parse((await check(folder, '--format', 'json')).output)
  expect(json).toMatchObject({ decisions: [{ name: 'ADR-12', state: 'broken' }], problems: [], exitCode: 1 })
  const log: unknown = JSON.parse((await check(folder, '--format', 'sarif')).output)
  expect(sarif.safeParse(log).error).toBeUndefined()
  const place = { artifactLocation: { uri: 'package.json' }, region: { startLine: 3 } }
  const result = { ruleId: 'decision/ADR-12', level: 'error', locations: [{ physicalLocation: place }] }
  expect(log).toMatchObject({ runs: [{ results: [result] }] })
})

test('what no check can say is in the log for code scanning as well', async () => {
  const { output, exitCode } = await check(
    makeFolder({ 'docs/decisions/0012-no-moment.md': record }),
    '--format',
    'sarif',
  )
  expect(output).toContain('cannot be checked')
  expect(exitCode).toBe(1)
})

test('of a change, only what it breaks fails', async () => {
  const folder = makeFolder({ ...files, 'package.json': withMoment })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      stdio: 'ignore',
    })
  git('init', '-b', 'main')
  git('add', '.')
  git('-c', 'commit.gpgsign=false', 'commit', '-m', 'Start')
  const before = await check(folder, '--base', 'main')
  expect(before).toMatchObject({ exitCode: 0, output: expect.stringContaining('as before this change') })
  rmSync(join(folder, 'logo.png'))
  const after = await check(folder, '--base', 'main', '--format', 'markdown')
  expect(after).toMatchObject({ exitCode: 1, output: expect.stringContaining('This change breaks `ADR-12`') })
})

test('a pull request on GitHub is checked with what held before it, and every place has its address', async () => {
  const after = { 'package.json': withMoment }
  const commits = [
    { message: 'Start', files },
    { message: 'Dates', branch: 'dates', files: after },
  ]
  const pulls = [{ number: 7, title: 'Dates', head: 'dates' }]
  await using github = await startGitHub({ repositories: [{ owner: 'acme', name: 'orders', commits, pulls }] })
  const address = 'https://github.com/acme/orders/pull/7'
  const { output, exitCode } = await checkWith({ GITHUB_API_URL: github.url }, address, '--format', 'markdown')
  expect(output).toMatch(/This change breaks \[`ADR-12`\]\(.*no-moment\.md\) at \[`package\.json:3`\]\(https:.*#L3\)/)
  expect(exitCode).toBe(1)
})

test('a program reads the results where it reads them always, also when a check cannot be read', () => {
  const folder = makeFolder({ ...files, 'docs/decisions/0013-odd.md': '---\nchecks:\n  - sparkle\n---\n\n# Odd\n' })
  const cli = join(import.meta.dirname, '../../src/cli.ts')
  const run = (target: string) =>
    spawnSync(process.execPath, [cli, 'review', target, '--decisions', '--format', 'json'], { encoding: 'utf8' })
  const { stdout, status } = run(folder)
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ path: 'docs/decisions/0013-odd.md' }], exitCode: 2 })
  expect(status).toBe(2)
  expect(run(join(folder, 'gone'))).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('no folder'),
    status: 2,
  })
})
