import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startGitHub } from '../support/github/start-github.ts'
import { ordersRepository } from '../support/orders-repository.ts'

const cli = join(import.meta.dirname, '../../src/cli.ts')

test('a repository on GitHub is reviewed without any Slack setting', async () => {
  await using github = await startGitHub({ repositories: [ordersRepository()] })
  const { output, code } = await run(['review', 'https://github.com/acme/orders', '--format', 'sarif'], github.url)
  const sarif = JSON.parse(output) as { version: string; runs: { results: { ruleId: string }[] }[] }
  expect(sarif.version).toBe('2.1.0')
  expect(sarif.runs[0]?.results.map((result) => result.ruleId)).toContain('missing-lockfile')
  expect(code).toBe(0)
})

test('one folder of it can be reviewed by its address', async () => {
  await using github = await startGitHub({ repositories: [ordersRepository()] })
  const { output } = await run(
    ['review', 'https://github.com/acme/orders/tree/main/src', '--format', 'json'],
    github.url,
  )
  expect(output).toContain('list-orders.js')
  expect(output).not.toContain('missing-lockfile')
})

test.each([
  ['https://github.com/acme/nothing', /not|private/i],
  ['https://example.com/acme/orders', /not an address of code on GitHub/],
  ['./no-such-folder', /no folder/],
])('%s gets one sentence and exit code 2', async (target, sentence) => {
  await using github = await startGitHub({ repositories: [ordersRepository()] })
  const { output, code } = await run(['review', target], github.url)
  expect(output).toMatch(sentence)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(2)
})

async function run(args: string[], gitHubUrl: string): Promise<{ output: string; code: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'review-'))
  const settings = { GITHUB_API_URL: gitHubUrl, NPM_REGISTRY_URL: 'http://127.0.0.1:9', ARCHITECT_DATA_DIR: folder }
  const env = { PATH: process.env.PATH, ...settings }
  try {
    return await new Promise((resolve) => {
      execFile(process.execPath, [cli, ...args], { env, cwd: folder }, (error, stdout, stderr) => {
        resolve({ output: stdout + stderr, code: typeof error?.code === 'number' ? error.code : 0 })
      })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
