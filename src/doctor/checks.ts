import { createClaude } from '../claude/create-claude.ts'
import { sentenceFor } from '../claude/sentences.ts'
import type { Config } from '../config.ts'
import { openStore } from '../db/open-store.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { createGitHub } from '../github/github.ts'
import type { RateState } from '../github/rate.ts'
import type { Logger } from '../log.ts'
import { checkRegistry } from '../npm/check-registry.ts'
import { checkConnection, checkToken } from '../slack/check-slack.ts'

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
    { name: 'Slack token', run: async () => fromSlack(await checkToken(config.slack, log)) },
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
    const opened = openStore(store.databaseFile)
    await opened.write(() => undefined)
    await opened.close()
    return ok(`${store.databaseFile} is writable and migrated`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return trouble(
      `${store.databaseFile} cannot be used (${reason}): check the folder's owner and free space, or restore a backup`,
    )
  }
}

async function checkModel({ claude }: Config): Promise<Finding> {
  if (!claude.apiKey) return note('no ANTHROPIC_API_KEY: answers come from facts alone')
  const report = await createClaude({ ...claude, apiKey: claude.apiKey }).checkAccess(AbortSignal.timeout(timeoutMs))
  if (!report.ok) return trouble(sentenceFor(report.failure))
  const unknown = report.models.filter(({ state }) => state === 'unknown' || state === 'retired')
  if (unknown.length > 0)
    return trouble(
      `${unknown.map(({ model }) => model).join(', ')} cannot be used: check ARCHITECT_MODEL and ARCHITECT_SMALL_MODEL`,
    )
  const named = report.models.map(({ model, state }) => (state === 'active' ? model : `${model} (${state})`)).join(', ')
  return ok(`the key works with ${named}`)
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
  if (!rate.ok) return trouble(rate.problem.sentence)
  const text = describeRate(rate.value)
  return rate.value.identity.kind === 'anonymous'
    ? note(`${text}; set GITHUB_TOKEN for private code and more requests`)
    : ok(text)
}

function describeRate({ identity, core }: RateState): string {
  const who = {
    anonymous: () => 'not signed in',
    token: () => `signed in${'login' in identity && identity.login ? ` as ${identity.login}` : ''}`,
    app: () => ('name' in identity ? `App ${identity.name}, installed ${identity.installations} times` : ''),
  }[identity.kind]()
  return core
    ? `${who}, ${core.remaining} of ${core.limit} requests left until ${core.resetsAt.toISOString().slice(11, 16)} UTC`
    : who
}

async function checkNpm({ npm }: Config): Promise<Finding> {
  const problem = await checkRegistry(npm.registryUrl, timeoutMs)
  return problem ? note(`${problem}: packages and versions in answers cannot be checked`) : ok(npm.registryUrl)
}
