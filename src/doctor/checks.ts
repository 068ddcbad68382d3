import { createClaude } from '../claude/create-claude.ts'
import type { Config } from '../config.ts'
import { openStore, type Store } from '../db/open-store.ts'
import { StoreError } from '../db/store-error.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { createGitHub } from '../github/github.ts'
import type { RateState } from '../github/rate.ts'
import type { Logger } from '../log.ts'
import { checkRegistry } from '../npm/check-registry.ts'
import { checkConnection, checkInstallations, checkToken } from '../slack/check-slack.ts'
import { adviseOnGitHub, adviseOnModel, adviseOnModels } from './advice.ts'

/** What a check found; `note` when it works but somebody should know something. */
export type Finding = { state: 'ok' | 'note' | 'trouble'; text: string }
export type Check = { name: string; run: () => Promise<Finding> }

const leastNode = [24, 12] as const
const timeoutMs = 10_000

const ok = (text: string): Finding => ({ state: 'ok', text })
const note = (text: string): Finding => ({ state: 'note', text })
const trouble = (text: string): Finding => ({ state: 'trouble', text })

/** Whether this Node.js can run the bot. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  return enough
    ? ok(version)
    : trouble(`${version} is too old: install ${leastNode.join('.')} or newer, or use npm start, which brings its own`)
}

/** Everything outside this process that the bot needs, one check each, in the order in which to mend them. */
export function listChecks(config: Config, log: Logger): Check[] {
  return [
    { name: 'Database', run: () => checkDatabase(config) },
    { name: 'Slack token', run: () => checkWorkspaces(config, log) },
    {
      name: config.slack.connection.mode === 'socket' ? 'Slack socket' : 'Slack requests',
      run: async () => fromSlack(await checkConnection(config, log)),
    },
    { name: 'Model', run: () => checkModel(config) },
    { name: 'GitHub', run: () => checkGitHub(config) },
    { name: 'npm registry', run: () => checkNpm(config) },
  ]
}

function fromSlack(check: { fine: string } | { trouble: string }): Finding {
  return 'fine' in check ? ok(check.fine) : trouble(check.trouble)
}

async function checkDatabase({ store }: Config): Promise<Finding> {
  try {
    await using opened = openForCheck(store.databaseFile)
    await opened.store.write(() => undefined)
    return ok(`${store.databaseFile} is writable and migrated`)
  } catch (error) {
    if (error instanceof StoreError) return trouble(error.message)
    throw error
  }
}

async function checkWorkspaces({ slack, store }: Config, log: Logger): Promise<Finding> {
  if (slack.workspaces.kind === 'one') return fromSlack(await checkToken(slack.workspaces.botToken, slack, log))
  try {
    await using opened = openForCheck(store.databaseFile)
    return fromSlack(await checkInstallations(opened.store, slack, log))
  } catch (error) {
    if (error instanceof StoreError) return note('the workspaces are listed once the database can be used')
    throw error
  }
}

function openForCheck(file: string): { store: Store } & AsyncDisposable {
  const store = openStore(file)
  return { store, [Symbol.asyncDispose]: () => store.close() }
}

async function checkModel({ claude }: Config): Promise<Finding> {
  if (!claude.apiKey) return note('no ANTHROPIC_API_KEY: answers come from facts alone')
  const report = await createClaude({ ...claude, apiKey: claude.apiKey }).checkAccess(AbortSignal.timeout(timeoutMs))
  if (!report.ok) return trouble(adviseOnModel(report.failure, claude))
  const unusable = report.models.filter(({ state }) => state === 'unknown' || state === 'retired')
  if (unusable.length > 0) return trouble(adviseOnModels(unusable, claude))
  const ending = report.models.filter(({ state }) => state === 'deprecated')
  if (ending.length > 0) return note(adviseOnModels(ending, claude))
  return ok(`the key works with ${report.models.map(({ model }) => model).join(' and ')}`)
}

async function checkGitHub({ github, store }: Config): Promise<Finding> {
  const client = createGitHub({
    apiUrl: github.apiUrl,
    auth: github.auth,
    userAgent: 'architect-for-slack',
    cache: createMemoryCache(),
    snapshotDirectory: `${store.dataDir}/snapshots`,
    timeoutMs,
  })
  const rate = await client.rate()
  if (!rate.ok) return trouble(adviseOnGitHub(rate.problem, github))
  const text = describeRate(rate.value)
  const { identity, core } = rate.value
  if (core?.remaining === 0) return note(`${text}, so linked code cannot be read before then`)
  if (identity.kind === 'anonymous') return note(`${text}; set GITHUB_TOKEN for private code and more requests`)
  if (identity.kind === 'app' && identity.installations === 0)
    return note(`${text}; install it on the accounts whose code it shall read`)
  return ok(text)
}

function describeRate({ identity, core }: RateState): string {
  const who = describeIdentity(identity)
  return core
    ? `${who}, ${core.remaining} of ${core.limit} requests left until ${core.resetsAt.toISOString().slice(11, 16)} UTC`
    : who
}

function describeIdentity(identity: RateState['identity']): string {
  switch (identity.kind) {
    case 'anonymous':
      return 'not signed in'
    case 'token':
      return identity.login ? `signed in as ${identity.login}` : 'signed in'
    case 'app':
      return `App ${identity.name}, installed on ${identity.installations} ${identity.installations === 1 ? 'account' : 'accounts'}`
  }
}

async function checkNpm({ npm }: Config): Promise<Finding> {
  const problem = await checkRegistry(npm.registryUrl, timeoutMs)
  return problem
    ? note(`${problem}, so packages and versions in answers go unchecked: see NPM_REGISTRY_URL`)
    : ok(npm.registryUrl)
}
