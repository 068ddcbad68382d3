import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { AnsweringParts } from './app/answering-parts.ts'
import { buildHealth } from './app/build-health.ts'
import { ReviewQueue } from './app/review-queue.ts'
import { changeChannelSettings, readChannelSettings } from './access/channel-settings.ts'
import { listLinkedRepositories, unlinkRepository } from './access/repository-links.ts'
import { forgetWorkspace } from './access/forget-workspace.ts'
import { type Claude, createClaude } from './claude/create-claude.ts'
import type { Config } from './config.ts'
import { BackgroundAnalyst } from './evidence/background-analyst.ts'
import { createHttpCache } from './db/http-cache.ts'
import { releaseDigests } from './decisions/digest/claim-digest.ts'
import { openStore, type Store } from './db/open-store.ts'
import { keepNames } from './app/keep-names.ts'
import type { GitHubSetup } from './github/build-api.ts'
import { connectGitHub } from './github/connect-github.ts'
import type { GitHub } from './github/github.ts'
import { DecisionExchange } from './decisions/exchange/decision-exchange.ts'
import { HttpServer } from './http/server.ts'
import { refOf } from './jobs/read-checked-code.ts'
import { DecisionChecks } from './jobs/decision-checks.ts'
import { DriftNotes } from './jobs/drift-notes.ts'
import { isOwnerGone } from './jobs/owner.ts'
import { DigestSchedule } from './jobs/digest-schedule.ts'
import { Dispatcher } from './jobs/dispatcher.ts'
import { ReviewRetention } from './jobs/review-retention.ts'
import { loadOnce } from './lib/load-once.ts'
import { createLog, type Logger } from './log.ts'
import { createRegistry } from './npm/registry.ts'
import { createSlack, digestSources } from './slack/create-slack.ts'
import { claimTurn, releaseLeases } from './turns/claim-turn.ts'

const turnsAtATime = 8
const defaultPollMs = 1000
const defaultLeaseMs = 15_000
const defaultDrainMs = 20_000
const defaultDigestTickMs = 30_000
/** Longer than any call of Slack takes, so that none of an earlier owner can still be on its way. */
const defaultDigestLeaseMs = 120_000
/** What reading one repository by rules may take. */
const analystMemoryMb = 1024
const userAgent = 'architect-for-slack'
const registryTimeoutMs = 10_000
const httpCacheBytes = 200_000_000

export interface App extends AsyncDisposable {
  /**
   * Resolves when Slack is connected and questions are answered; they are taken a moment earlier, from the line `ready`
   * on. Throws when the settings cannot work.
   */
  start(): Promise<{ port: number }>
}

export interface Overrides {
  log?: Logger
  now?: () => number
  /** Reads code by rules; it stays open when the app ends. Default one of the app's own. */
  analyst?: AnsweringParts['analyst']
  /** How long a worker may be silent before another takes its turn over. Default 15 seconds. */
  leaseMs?: number
  /** How often to look for what has become due, such as back-offs that ended. Default 1 second. */
  pollMs?: number
  /** How long a stop may wait for answers under way. Default 20 seconds. */
  drainMs?: number
  /** How often to look for digests that are due. Default 30 seconds. */
  digestTickMs?: number
  /** How long a process may be silent over a digest before another takes it over. Default 2 minutes. */
  digestLeaseMs?: number
}

/** Builds the whole bot by hand; nothing connects before `start`, and disposing it finishes what can be finished. */
export function createApp(config: Config, overrides: Overrides = {}): App {
  const now = overrides.now ?? Date.now
  const log = overrides.log ?? createLog(config.log.level)
  const store = openStore(config.store.databaseFile)
  const { github, writer } = connectGitHub(gitHubSetup(config, store, now))
  const claude = buildClaude(config)
  const owner = `${config.process.owner}:${randomUUID()}`
  const privateCode = config.slack.workspaces.kind === 'one'
  const leaseMs = overrides.leaseMs ?? defaultLeaseMs
  const stopping = new AbortController()
  const exchange = new DecisionExchange({
    store,
    github,
    writer,
    personName: (teamId, userId) => slack.workplace.personName(teamId, userId),
    now,
    signal: stopping.signal,
  })

  const slack = createSlack({
    store,
    slack: config.slack,
    log: log.child({ folder: 'slack' }),
    now,
    home: {
      model: claude && config.claude.model,
      dailyBudgetUsd: config.claude.dailyBudgetUsd,
      github: describeGitHub(config, github),
    },
    codeOrigin: github.hosts.webOrigin,
    permalink: (repository, sha, path, line) =>
      github.permalink({ ...refOf(repository), sha }, path, { start: line, end: line }),
    reviews: {
      quote: async (ask) => (await answering()).reviews.quote(ask),
      begin: (teamId, value, asked) => queue.begin(teamId, value, asked),
    },
    findings: {
      find: async (teamId, address) => (await answering()).reviews.findFinding(teamId, address),
      dismiss: async (teamId, address, dismissal) => (await answering()).reviews.dismiss(teamId, address, dismissal),
    },
    channelSettings: {
      read: (channel) => readChannelSettings(store, channel),
      change: (channel, change, userId) => changeChannelSettings(store, channel, change, { userId, now: now() }),
    },
    links: {
      list: (channel) => listLinkedRepositories(store, channel),
      link: async (channel, address, userId) => {
        const { linkCode } = await import('./app/link-code.ts')
        return linkCode({ store, github, privateCode, now }, channel, { address, userId })
      },
      unlink: (channel, repository) => unlinkRepository(store, channel, repository),
    },
    exchange,
    forgetWorkspace: (teamId) => forgetWorkspace(store, teamId),
    ring: () => dispatcher.ring(),
    stop: () => dispatcher.checkStops(),
    ringDigests: () => void digests.look(),
  })
  const ownAnalyst = new BackgroundAnalyst(analystMemoryMb)
  const analyst = overrides.analyst ?? ownAnalyst
  const registry = createRegistry({ url: config.npm.registryUrl, userAgent, timeoutMs: registryTimeoutMs, now })
  const isShared = async ({ teamId, channelId }: { teamId: string; channelId: string }) =>
    (await slack.workplace.channel(teamId, channelId, 0)).shared
  const checks = new DecisionChecks({
    store,
    github,
    analyst,
    isShared,
    privateCode,
    ring: () => drift.ring(),
    signal: stopping.signal,
    now,
    log: log.child({ folder: 'jobs' }),
  })
  const drift = new DriftNotes({
    store,
    voice: slack.driftVoice,
    mayHear: (channel, repository) => checks.mayHear(channel, repository),
    owner,
    leaseMs: overrides.digestLeaseMs ?? defaultDigestLeaseMs,
    now,
    log: log.child({ folder: 'jobs' }),
  })
  const parts = { config, store, slack, github, registry, analyst, claude, checks, isShared, privateCode, leaseMs }
  const answering = loadOnce(async () => {
    const { buildAnswering } = await import('./app/build-answering.ts')
    return buildAnswering({ ...parts, now, log })
  })
  const queue = new ReviewQueue({
    store,
    reviews: async () => (await answering()).reviews,
    permalink: (message) => slack.workplace.permalink(message),
    ring: () => dispatcher.ring(),
    now,
  })
  const dispatcher = new Dispatcher({
    claim: ({ isIdle }) => claimTurn(store, { owner, leaseMs, isIdle }, now()),
    run: async (claim) => (await answering()).run(claim),
    limit: turnsAtATime,
    pollMs: overrides.pollMs ?? defaultPollMs,
    log: log.child({ folder: 'jobs' }),
  })
  const digests = new DigestSchedule({
    store,
    voice: slack.digestVoice,
    ...digestSources(slack.workplace),
    refreshChecks: (channel) => checks.refresh(channel),
    owner,
    leaseMs: overrides.digestLeaseMs ?? defaultDigestLeaseMs,
    tickMs: overrides.digestTickMs ?? defaultDigestTickMs,
    now,
    log: log.child({ folder: 'jobs' }),
  })
  const retention = new ReviewRetention({ store, now, log: log.child({ folder: 'jobs' }) })
  const server = new HttpServer({ ...slack.routes, ...buildHealth(store, slack) }, log.child({ folder: 'http' }))

  return {
    async start() {
      const isGone = (leaseOwner: string) => isOwnerGone(leaseOwner, owner)
      await releaseLeases(store, isGone)
      await releaseDigests(store, isGone)
      const port = await server.listen(config.http.port, config.http.host)
      await slack.start(stopping.signal)
      dispatcher.start()
      digests.start()
      drift.ring()
      log.info({ port, mode: config.slack.connection.mode, model: claude ? config.claude.model : 'none' }, 'ready')
      // Questions are taken by now; what answers them need not wait for the first.
      await answering()
      await retention.start()
      return { port }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await slack.stopAccepting()
      await digests.stop()
      await retention.stop()
      await dispatcher.drain(overrides.drainMs ?? defaultDrainMs)
      await drift.stop()
      await server.close()
      await ownAnalyst[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

function buildClaude({ claude }: Config): Claude | undefined {
  if (!claude.apiKey) return undefined
  const { apiKey, baseUrl, model, smallModel } = claude
  return createClaude({ apiKey, baseUrl, model, smallModel })
}

function gitHubSetup(config: Config, store: Store, now: () => number): GitHubSetup {
  return {
    apiUrl: config.github.apiUrl,
    auth: config.github.auth,
    userAgent,
    cache: createHttpCache(store, httpCacheBytes, now),
    names: keepNames(store, config.github.apiUrl, now),
    snapshotDirectory: join(config.store.dataDir, 'snapshots'),
    now,
  }
}

function describeGitHub({ github }: Config, { hosts }: GitHub): string {
  const host = hosts.webHost
  switch (github.auth.kind) {
    case 'none':
      return `${host}, public repositories only`
    case 'token':
      return `${host}, signed in with a token`
    case 'app':
      return `${host}, signed in as a GitHub App`
  }
}
