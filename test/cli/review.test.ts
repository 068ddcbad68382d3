import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildReviewTools } from '../../src/cli/review-tools.ts'
import { review } from '../../src/cli/review.ts'
import { readCodeConfig } from '../../src/config.ts'
import { orders } from '../github/sample.ts'
import { shop } from '../reviews/open-review.ts'
import { type AnthropicStandIn, startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { startGitHub } from '../support/github/start-github.ts'
import { startRegistry } from '../support/npm/start-registry.ts'

/** Runs the command with these settings; every address that is not given leads nowhere. */
function run(
  args: readonly string[],
  settings: Record<string, string> = {},
  { signal }: Pick<AbortController, 'signal'> = new AbortController(),
) {
  const nowhere = { GITHUB_API_URL: 'http://127.0.0.1:9', NPM_REGISTRY_URL: 'http://127.0.0.1:9' }
  const config = readCodeConfig({ ...nowhere, ARCHITECT_DATA_DIR: makeFolder({}), ...settings })
  return review(args, () => buildReviewTools(config), signal)
}

function makeFolder(files: Record<string, string | null>): string {
  const folder = mkdtempSync(join(tmpdir(), 'architect-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFiles(folder, files)
  return folder
}

function writeFiles(folder: string, files: Record<string, string | null>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text ?? '')
  }
}

function makeRepository(files: Record<string, string | null>): { folder: string; git: (...args: string[]) => void } {
  const folder = makeFolder(files)
  const git = (...args: string[]) => {
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false']
    execFileSync('git', ['-C', folder, ...who, ...args], { stdio: 'ignore' })
  }
  git('init', '-b', 'main')
  git('add', '.')
  git('commit', '-m', 'Start')
  return { folder, git }
}

describe('A review of a folder', () => {
  const offline = '--offline'

  test('comes in each format, with the same findings', async () => {
    const folder = makeFolder({ ...shop, 'node_modules/x/index.js': 'eval(a)', 'logo.png': 'x' })
    expect((await run([folder, offline])).output).toContain('src/orders.js:8')
    expect((await run([folder, offline, '--format', 'markdown'])).output).toContain('# Architecture review')
    const json = JSON.parse((await run([folder, offline, '--format', 'json'])).output)
    expect(json).toMatchObject({ ledger: { files: 7, excluded: 1 }, coverage: {}, facts: {} })
    const sarif = JSON.parse((await run(['--format', 'sarif', folder, offline])).output)
    const results: { ruleId: string }[] = sarif.runs[0].results
    expect(sarif.version).toBe('2.1.0')
    expect(new Set(results.map(({ ruleId }) => ruleId))).toEqual(
      new Set(json.findings.map(({ rule }: { rule: string }) => rule)),
    )
    expect(results[0]).toMatchObject({
      locations: [{ physicalLocation: { artifactLocation: { uri: expect.any(String) }, region: {} } }],
      partialFingerprints: { 'architect/v1': expect.stringMatching(/^\w+$/) },
      properties: { category: expect.any(String), area: expect.any(String), confidence: expect.any(String) },
    })
  })

  test('ends with 1 when a finding is as bad as was said, and else with 0', async () => {
    const folder = makeFolder(shop)
    expect((await run([folder, offline])).exitCode).toBe(0)
    expect((await run([folder, offline, '--fail-on', 'Critical'])).exitCode).toBe(1)
    const clean = makeFolder({ 'src/add.js': 'export const add = (a, b) => a + b\n' })
    expect((await run([clean, offline, '--fail-on', 'info'])).exitCode).toBe(0)
  })

  test('leaves out what may not be read', async () => {
    const folder = makeFolder({ ...shop, 'src/secret.js': 'eval(a)' })
    chmodSync(join(folder, 'src/secret.js'), 0)
    const { output, exitCode } = await run([folder, offline])
    expect(output).toContain('src/orders.js:8')
    expect(exitCode).toBe(0)
  })

  test('may be of one file', async () => {
    const folder = makeFolder(shop)
    const { output } = await run([join(folder, 'src/orders.js'), offline, '--format', 'json'])
    expect(JSON.parse(output).ledger).toMatchObject({ files: 1, read: 1 })
  })

  test('shows what a remark in the code answers for, apart from the rest', async () => {
    const remark = '// architect-ignore code-injection: only the operator calls it'
    const text = String(shop['src/orders.js']).replace('  return eval', `  ${remark}\n  return eval`)
    const folder = makeFolder({ ...shop, 'src/orders.js': text })
    const { output } = await run([folder, offline, '--format', 'markdown'])
    expect(output).toMatch(/## Answered for\n\n- .*src\/orders\.js:9.*only the operator calls it/)
    writeFiles(folder, { 'src/orders.js': text.replace(': only the operator calls it', '') })
    const without = await run([folder, offline])
    expect(without.output).toContain('src/orders.js:8 gives no reason, so code-injection is not ignored')
    writeFiles(folder, { 'src/orders.js': text })
    const sarif = JSON.parse((await run([folder, offline, '--format', 'sarif'])).output)
    expect(sarif.runs[0].results).toContainEqual(
      expect.objectContaining({
        ruleId: 'code-injection',
        suppressions: [expect.objectContaining({ kind: 'inSource' })],
      }),
    )
  })

  test('asks the package registry unless told not to', async () => {
    await using registry = await startRegistry()
    registry.publish('express', { '5.1.0': { deprecated: 'use another one' } })
    const settings = { NPM_REGISTRY_URL: registry.url }
    const folder = makeFolder(shop)
    expect((await run([folder], settings)).output).toContain('use another one')
    expect((await run([folder, offline], settings)).output).not.toContain('use another one')
  })

  test('says what the registry left open when it is away', async () => {
    const { output } = await run([makeFolder(shop)])
    expect(output).toContain('127.0.0.1:9 cannot be reached')
    expect(output).toContain('Dependencies: in part.')
  })
})

describe('A review of what changed', () => {
  test('on this machine names what the work since a branch brings, committed or not', async () => {
    const { folder, git } = makeRepository(shop)
    git('checkout', '-b', 'work')
    writeFiles(folder, {
      'src/run.js': "import express from 'express'\nexpress().get('/x', (req, res) => res.send(eval(req.query.x)))\n",
    })
    const { output, exitCode } = await run([
      folder,
      '--offline',
      '--base',
      'main',
      '--format',
      'json',
      '--fail-on',
      'high',
    ])
    const report = JSON.parse(output)
    expect(report.target.change.files).toEqual(['src/run.js'])
    expect(report.findings[0]).toMatchObject({ rule: 'code-injection', origin: 'new', place: { path: 'src/run.js' } })
    expect(exitCode).toBe(1)
  })

  test('does not fail for what was there before', async () => {
    const { folder } = makeRepository(shop)
    writeFiles(folder, { 'src/orders.js': `// Orders.\n${shop['src/orders.js']}` })
    const { output, exitCode } = await run([folder, '--offline', '--base', 'HEAD', '--fail-on', 'info'])
    expect(output).toContain('(there before)')
    expect(exitCode).toBe(0)
  })

  test('of nothing says so', async () => {
    const { folder } = makeRepository(shop)
    const { output, exitCode } = await run([folder, '--offline', '--base', 'HEAD', '--fail-on', 'info'])
    expect(output).toContain('Nothing was changed.\nNo files.\n')
    expect(exitCode).toBe(0)
  })

  test.each([
    ['gone', 'There is no branch, tag or commit gone'],
    ['--upload-pack=touch x', 'There is no branch, tag or commit --upload-pack=touch x'],
  ])('says that there is no base called %s', async (base, sentence) => {
    const { folder } = makeRepository(shop)
    const { output, exitCode } = await run([folder, `--base=${base}`])
    expect([output, exitCode]).toEqual([expect.stringContaining(sentence), 2])
  })

  test('needs a git repository', async () => {
    expect((await run([makeFolder(shop), '--base', 'main'])).output).toContain('in no git repository')
  })

  test('on GitHub compares a repository with a base, and gives permalinks', async () => {
    await using gitHub = await startGitHub({ repositories: [orders] })
    const settings = { GITHUB_API_URL: gitHub.url }
    const address = 'https://github.com/acme/orders/tree/feature/pay'
    const { output } = await run([address, '--offline', '--base', 'v1', '--format', 'json'], settings)
    expect(JSON.parse(output).target).toMatchObject({
      change: { files: ['README.md', 'src/app.js', 'src/pay.js'] },
      pin: { sha: gitHub.site.named('acme/orders').find('feature/pay') },
    })
    const pull = await run(['https://github.com/acme/orders/pull/7', '--base', 'v1'], settings)
    expect(pull).toMatchObject({ exitCode: 2, output: expect.stringContaining('a change already') })
  })
})

describe('A review that does not come to its end', () => {
  const key = 'sk-ant-test-0123456789abcdef'
  const deep = ['--offline', '--depth', 'standard', '--fail-on', 'critical']
  const nothingFound = { explanations: [], findings: [], areas: [], repairs: [], verdict: null }
  const clean = { 'src/add.js': 'export const add = (a, b) => a + b\n' }

  async function runWithModel(
    files: Record<string, string | null>,
    script: (anthropic: AnthropicStandIn, stop: AbortController) => void,
    settings: Record<string, string> = {},
  ) {
    await using anthropic = await startAnthropic({ key })
    const stop = new AbortController()
    script(anthropic, stop)
    const model = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: anthropic.url, ...settings }
    return await run([makeFolder(files), ...deep], model, stop)
  }

  test('because the model failed prints what there is and ends with 3', async () => {
    const { output, exitCode } = await runWithModel(clean, (anthropic) => anthropic.fail({ status: 403, times: 99 }))
    expect(output).toContain('The model failed before the end; ')
    expect(exitCode).toBe(3)
  })

  test('because of Ctrl-C prints what there is and ends with 3', async () => {
    const { output, exitCode } = await runWithModel(clean, (anthropic, stop) =>
      anthropic.replyWith(() => {
        stop.abort()
        return { json: nothingFound }
      }),
    )
    expect(output).toContain('Stopped before the end')
    expect(exitCode).toBe(3)
  })

  test('ends with 1 when what it came to is as bad as was said', async () => {
    const { output, exitCode } = await runWithModel(shop, (anthropic, stop) =>
      anthropic.replyWith(() => {
        stop.abort()
        return { json: nothingFound }
      }),
    )
    expect(output).toContain('Stopped before the end')
    expect(exitCode).toBe(1)
  })

  test('but comes to it ends with 0', async () => {
    const { exitCode } = await runWithModel(clean, (anthropic) => anthropic.replyWith(() => ({ json: nothingFound })))
    expect(exitCode).toBe(0)
  })

  test('nor to its beginning says so', async () => {
    await using gitHub = await startGitHub({ repositories: [orders] })
    const stop = new AbortController()
    stop.abort()
    const outcome = await run(['https://github.com/acme/orders'], { GITHUB_API_URL: gitHub.url }, stop)
    expect(outcome).toMatchObject({ output: expect.stringContaining('Stopped before the code was read'), exitCode: 2 })
  })
})

describe('The command', () => {
  test('explains itself and its exit codes', async () => {
    const { output, exitCode } = await run(['--help'])
    expect(output).toMatch(/Exit codes:\n  0 .*\n  1 .*\n  2 .*\n  3 /)
    expect(exitCode).toBe(0)
  })

  test('ends quietly when whoever reads its output has had enough', () => {
    const cli = join(import.meta.dirname, '../../src/cli.ts')
    const words = [process.execPath, cli, 'review', makeFolder(shop), '--offline', '--format', 'sarif']
    const { stderr } = spawnSync(`${words.map((word) => `"${word}"`).join(' ')} | true`, {
      shell: true,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
  })

  test.each([
    [[], 'Name a folder'],
    [['/does/not/exist'], 'There is no folder or file'],
    [['acme/orders'], 'such as https://github.com/acme/orders'],
    [['.', '--format', 'pdf'], 'There is no format "pdf"'],
    [['.', '--depth', 'abyss'], 'There is no depth "abyss"'],
    [['.', '--fail-on', 'hihg'], 'There is no severity "hihg"'],
    [['.', '--fial-on', 'high'], 'The options are'],
    [['.', 'src'], 'one folder or address at a time'],
    [['https://github.com/acme/orders/issues/1'], 'is no code'],
    [['https://github.com/acme/orders'], 'GitHub'],
    [['/dev/null'], 'neither a folder nor a file'],
    [['docs/NOTHING.md'], 'There is no folder or file'],
    [['README.md', '--offline'], 'nothing to review in README.md: 1 file: 0 read, 1 not (documentation)'],
    [['test/cli', '--depth', 'deep'], 'set ANTHROPIC_API_KEY'],
  ])('%j gives one sentence and 2', async (args, sentence) => {
    const outcome = await run(args)
    expect(outcome.exitCode).toBe(2)
    expect(outcome.output).toContain(sentence)
    expect(outcome.output.trim().split('\n')).toHaveLength(1)
  })
})
