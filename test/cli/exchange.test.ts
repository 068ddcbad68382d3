import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildExchange } from '../../src/cli/exchange-tools.ts'
import { runExport } from '../../src/cli/export.ts'
import { runImport } from '../../src/cli/import.ts'
import { readCodeConfig } from '../../src/config.ts'
import type { Store } from '../../src/db/open-store.ts'
import { installations } from '../../src/db/schema.ts'
import { actOnDecision, recordDecision } from '../../src/decisions/act-on-decision.ts'
import { listDecisions, readHistory } from '../../src/decisions/store.ts'
import { addChannel, bodyOf, inC1, newDecision, person } from '../decisions/support.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'
import { startGitHub } from '../support/github/start-github.ts'
import { createTemporaryFolder } from '../support/temporary-folder.ts'

const token = 'may-write'
const orders = {
  owner: 'acme',
  name: 'orders',
  commits: [{ message: 'Start', files: { 'docs/adr/0002-express.md': '# Use Express\n\n## Status\n\nAccepted\n' } }],
}

function makeFolder(): string {
  const folder = createTemporaryFolder()
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A database that the bot has used in workspace T1, with one accepted decision for acme/orders made in #c1. */
async function openUsedStore(kind: 'public' | 'private' = 'public'): Promise<Store> {
  const store = openTemporaryStore()
  await addWorkspace(store, 'T1')
  await addChannel(store, 'C1', kind)
  const body = bodyOf('Use Postgres', ['UA'], { repository: 'acme/orders' })
  for (const act of [undefined, { kind: 'propose' }, { kind: 'approve' }] as const) {
    const seen = { id: 'd1', version: act?.kind === 'approve' ? 2 : 1 }
    if (act) await actOnDecision(store, inC1, seen, act, person('UA'), 1)
    else await recordDecision(store, inC1, newDecision('d1', body), person('UA'), 1)
  }
  return store
}

async function addWorkspace(store: Store, teamId: string): Promise<void> {
  const row = { teamId, teamName: 'Acme', botUserId: 'UB', botId: 'B1', scopes: '', installedAt: 1 }
  await store.write(async (tx) => {
    await tx.insert(installations).values(row)
  })
}

function build(store: Store, url = 'http://127.0.0.1:9') {
  const settings = { GITHUB_API_URL: url, GITHUB_TOKEN: token, ARCHITECT_DATA_DIR: makeFolder() }
  return () => buildExchange(readCodeConfig(settings), store)
}

describe('export on the command line', () => {
  test('writes a folder of files, again only what changed, and leaves other files alone', async () => {
    const store = await openUsedStore()
    const folder = makeFolder()
    writeFileSync(join(folder, '0007-old.md'), '# Old\n')
    expect(await runExport(['--to', folder], build(store))).toMatchObject({ exitCode: 0 })
    expect(readdirSync(folder)).toEqual(['0007-old.md', '0008-use-postgres.md'])
    expect((await runExport(['--to', folder], build(store))).output).toContain('holds all 1 decision already')
    await actOnDecision(store, inC1, { id: 'd1', version: 3 }, { kind: 'amend', text: 'Version 18.' }, person('UA'), 2)
    expect((await runExport(['--to', folder], build(store))).output).toContain('Wrote 1 of 1 decision')
    expect(readFileSync(join(folder, '0008-use-postgres.md'), 'utf8')).toContain('Version 18.')
  })

  test('opens a pull request and notes it in the audit trail', async () => {
    await using github = await startGitHub({
      repositories: [orders],
      tokens: [{ token, repositories: [], writes: ['acme/orders'] }],
    })
    const store = await openUsedStore()
    const outcome = await runExport(['acme/orders'], build(store, github.url))
    expect(outcome).toEqual({ output: expect.stringContaining('/acme/orders/pull/1 with 1 decision'), exitCode: 0 })
    expect((await readHistory(store, inC1, 'd1')).at(-1)).toMatchObject({
      kind: 'exported',
      detail: { path: 'docs/adr/0003-use-postgres.md' },
    })
  })

  test('leaves out what only a private channel knows', async () => {
    const folder = makeFolder()
    const store = await openUsedStore('private')
    expect((await runExport(['--to', folder], build(store))).output).toContain('no decision to write')
    expect((await runExport(['--to', folder, '--channel', 'C1'], build(store))).output).toContain('Wrote 1')
  })

  test.each([
    ['nothing named', [], 'Name a repository or a folder'],
    ['both named', ['acme/orders', '--to', 'x'], 'Name a repository or a folder'],
    ['no repository', ['orders'], 'write it as owner/repo'],
    ['an unknown option', ['acme/orders', '--force'], '--to, --channel, --workspace'],
    ['an unknown workspace', ['acme/orders', '--workspace', 'T9'], 'only T1'],
    ['an unknown channel', ['acme/orders', '--channel', 'C9'], 'do not know a channel C9'],
    ['a file for a folder', ['--to', import.meta.filename], 'is a file'],
  ])('says what is wrong: %s', async (_name, args, words) => {
    const store = await openUsedStore()
    const outcome = await runExport(args, build(store))
    expect(outcome).toEqual({ output: expect.stringContaining(words), exitCode: 2 })
  })

  test('asks which workspace when there are several', async () => {
    const store = await openUsedStore()
    await addWorkspace(store, 'T2')
    expect((await runExport(['acme/orders'], build(store))).output).toContain('name one with --workspace')
  })
})

describe('import on the command line', () => {
  test('shows what each file is, takes it over once, and settles what differs when told how', async () => {
    await using github = await startGitHub({ repositories: [orders], tokens: [{ token, repositories: [] }] })
    const store = await openUsedStore()
    const run = (...more: string[]) => runImport(['acme/orders', '--channel', 'C1', ...more], build(store, github.url))
    expect((await run('--preview')).output).toContain('docs/adr/0002-express.md: Use Express')
    expect(await run()).toEqual({ output: expect.stringContaining('1 decision imported'), exitCode: 0 })
    expect((await run()).output).toContain('it is all here already')
    const [express] = (await listDecisions(store, inC1, {}, 9)).filter(({ importedFrom }) => importedFrom)
    expect(express).toMatchObject({ number: 2, createdBy: 'command line' })
    const seen = { id: express?.id ?? '', version: 1 }
    await actOnDecision(store, inC1, seen, { kind: 'amend', text: 'From 5 on.' }, person('UA', true), 2)
    github.push('acme/orders', { message: 'Edit', files: { 'docs/adr/0002-express.md': '# Use Express 5\n' } })
    expect(await run()).toEqual({ output: expect.stringContaining('changed on both sides'), exitCode: 1 })
    expect(await run('--take', 'theirs')).toMatchObject({ exitCode: 0 })
    expect((await listDecisions(store, inC1, {}, 9)).map(({ body }) => body.title)).toContain('Use Express 5')
  })

  test.each([
    ['no channel', ['acme/orders'], 'Name a repository and a channel'],
    ['no such side', ['acme/orders', '--channel', 'C1', '--take', 'both'], 'use theirs or ours'],
    ['no such repository', ['acme/gone', '--channel', 'C1'], 'it does not exist, or it is private'],
  ])('says what is wrong: %s', async (_name, args, words) => {
    await using github = await startGitHub({ repositories: [orders], tokens: [{ token, repositories: [] }] })
    const outcome = await runImport(args, build(await openUsedStore(), github.url))
    expect(outcome).toEqual({ output: expect.stringContaining(words), exitCode: 2 })
  })
})

test('a GitHub App signs in once for reading and writing', async () => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const installations = [{ id: 41, account: 'acme', repositories: ['acme/orders'], writes: ['acme/orders'] }]
  const app = { appId: '1234', name: 'Architect', publicKey: keys.publicKey, installations }
  await using github = await startGitHub({ repositories: [orders], apps: [app] })
  const settings = {
    GITHUB_API_URL: github.url,
    GITHUB_APP_ID: app.appId,
    GITHUB_APP_PRIVATE_KEY: keys.privateKey,
    ARCHITECT_DATA_DIR: makeFolder(),
  }
  const store = await openUsedStore()
  const outcome = await runExport(['acme/orders'], () => buildExchange(readCodeConfig(settings), store))
  expect(outcome.output).toContain('Opened')
  expect(github.requests.filter(({ path }) => path.endsWith('/access_tokens'))).toHaveLength(1)
})
