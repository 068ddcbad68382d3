import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { afterEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const folders: string[] = []
/** What reads code by rules. */
const workers = /^src\/evidence\/(rules\/all|parse\/parse-file|analyse)\.ts$/
const checks = ['src/decisions/checks/refresh-checks.ts', 'src/decisions/checks/check-for-review.ts']

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('an import that points up in the house fails the check and names the rule', async () => {
  const output = await lint({
    'src/agent/loop.ts': "import { speak } from '../slack/speak.ts'\n\nspeak()\n",
    'src/slack/speak.ts': 'export function speak() {}\n',
  })
  expect(output).toContain('src/agent may import only what stands below it')
})

test('only the client of a system may import its SDK', async () => {
  const output = await lint({ 'src/turns/ask.ts': "import Anthropic from '@anthropic-ai/sdk'\n\nnew Anthropic()\n" })
  expect(output).toContain('Only the client folder of that system knows its SDK')
})

test('the environment is read in one place', async () => {
  const output = await lint({ 'src/turns/ask.ts': 'export const key = process.env.ANTHROPIC_API_KEY\n' })
  expect(output).toContain('no-process-env')
})

test('an import that points down is fine', async () => {
  const output = await lint({
    'src/turns/answer.ts': "import { pick } from '../lib/pick.ts'\n\npick()\n",
    'src/lib/pick.ts': 'export function pick() {}\n',
  })
  expect(output).toContain('Found 0 warnings and 0 errors')
})

test('the bot is ready before it loads what only answers need', () => {
  const later = ['oxc-parser', '@anthropic-ai/sdk', '@resvg/resvg-wasm', '@dagrejs/dagre', 'src/turns/run-turn.ts']
  const started = findImports(['src/main.ts', 'src/run.ts'])
  expect(later.filter((item) => started.has(item))).toEqual([])
  // Without a key no parser and no model is needed at all.
  const answering = findImports(['src/app/build-answering.ts'])
  expect(answering).toContain('src/turns/run-turn.ts')
  expect(['oxc-parser', '@anthropic-ai/sdk'].filter((item) => answering.has(item))).toEqual([])
})

test('rules read code in the worker thread, and the command line, alone', () => {
  // These are what the bot imports when it needs them.
  const started = findImports(['src/main.ts', 'src/run.ts', 'src/app/build-answering.ts', ...checks])
  expect([...started].filter((path) => workers.test(path))).toEqual([])
  expect(started).toContain('src/evidence/background-analyst.ts')
  expect(findImports(['src/evidence/worker.ts'])).toContain('src/evidence/rules/all.ts')
})

test('a review of a folder loads no Slack, no GitHub, no database and no model', () => {
  const loaded = findImports(['src/cli.ts', 'src/run-command.ts', 'src/cli/print-review.ts'])
  expect(loaded).toContain('src/evidence/rules/all.ts')
  const foreign = /^(@slack|@octokit|@anthropic-ai|better-sqlite3|drizzle-orm|pino|tar)\b/
  expect([...loaded].filter((path) => foreign.test(path))).toEqual([])
})

/** Every file and package that is loaded with these files; what they import later, when they need it, is not. */
function findImports(paths: readonly string[]): Set<string> {
  const found = new Set(paths)
  for (const path of found) {
    if (!path.startsWith('src/')) continue
    const { module } = parseSync(path, readFileSync(join(root, path), 'utf8'))
    const imports = module.staticImports.filter(
      ({ entries }) => !entries.length || entries.some((entry) => !entry.isType),
    )
    for (const { moduleRequest } of imports) {
      const { value } = moduleRequest
      found.add(value.startsWith('.') ? join(dirname(path), value) : value)
    }
  }
  return found
}

async function lint(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'))
  folders.push(folder)
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\n')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin/oxlint'), ['src'], { cwd: folder }, (_error, stdout, stderr) => {
      resolve(`${stdout}${stderr}`)
    })
  })
}
