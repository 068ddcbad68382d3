import type { Config } from '../config.ts'
import type { Store } from '../db/open-store.ts'
import { askForDigest, findNextDigest } from '../decisions/digest/claim-digest.ts'
import { askedPeriod } from '../decisions/digest/plan-digests.ts'
import type { DriftVoice } from '../decisions/checks/tell-drift.ts'
import { type DigestDeps, type DigestVoice, prepareDigest } from '../decisions/digest/send-digest.ts'
import { findDigestSetting, setDigest } from '../decisions/digest/settings.ts'
import type { Logger } from '../log.ts'
import { acceptMessage, acceptRecord, acceptRetry, requestStop, requestTurnStop } from '../turns/accept-message.ts'
import type { Workplace } from '../turns/deps.ts'
import { recordReason, recordVote, summariseWeek } from '../turns/feedback.ts'
import type { Voice } from '../turns/voice.ts'
import { createBoltApp } from './bolt-app.ts'
import { createVoice } from './delivery/create-voice.ts'
import { createDigestVoice } from './delivery/post-digest.ts'
import { createDriftVoice } from './delivery/post-drift.ts'
import { Directory } from './directory.ts'
import { Installations } from './installations.ts'
import { acceptEvent } from './listeners/accept-event.ts'
import type { ChannelDeps } from './listeners/channel-command.ts'
import type { ExchangeDeskDeps } from './listeners/decisions/exchange-desk.ts'
import type { DigestCommandDeps } from './listeners/digest-command.ts'
import type { FindingDeps } from './listeners/dismiss-finding.ts'
import type { LinkDeps } from './listeners/link-commands.ts'
import type { ReviewDeps } from './listeners/review-command.ts'
import { createOAuthRoutes } from './oauth.ts'
import { createDispatch } from './receivers/dispatch.ts'
import { HttpReceiver } from './receivers/http-receiver.ts'
import { SocketReceiver } from './receivers/socket-receiver.ts'
import type { CodeAddresses } from './views/decisions/drift-note.ts'
import type { HomeFacts } from './views/home.ts'
import { createWorkplace } from './workplace.ts'

export interface SlackSetup {
  store: Store
  slack: Config['slack']
  log: Logger
  now: () => number
  home: Omit<HomeFacts, 'workspace' | 'decisions'>
  /** Where people look at code, such as https://github.com. */
  codeOrigin: string
  permalink: CodeAddresses['permalink']
  reviews: ReviewDeps['reviews']
  findings: FindingDeps['findings']
  channelSettings: ChannelDeps['channelSettings']
  links: LinkDeps['links']
  exchange: ExchangeDeskDeps['exchange']
  forgetWorkspace: (teamId: string) => Promise<void>
  /** Called when something was accepted that wants an answer. */
  ring: () => void
  /** Called when a running answer was asked to stop. */
  stop: () => void
  /** Called when a digest was asked for. */
  ringDigests: () => void
}

type Handler = (...args: Parameters<HttpReceiver['handle']>) => Promise<void>

/** The Slack side of the bot: what it hears, what it says, and what it can look up. */
export interface Slack {
  voice: Voice
  workplace: Workplace
  digestVoice: DigestVoice
  driftVoice: DriftVoice
  /** What must be served over HTTP, as `METHOD /path`. */
  routes: Readonly<Record<string, Handler>>
  /** Why no events arrive now, as a sentence; undefined while they do. */
  readonly trouble: string | undefined
  /** Resolves when events arrive, however long Slack is away, or throws when `signal` ends the waiting; throws SlackAccessError when Slack refuses the tokens. */
  start(signal: AbortSignal): Promise<void>
  /** From now on nothing is accepted any more. */
  stopAccepting(): Promise<void>
}

/** Builds the Slack side over one workspace's token or many workspaces' installations. */
export function createSlack(setup: SlackSetup): Slack {
  const { store, slack, log, now } = setup
  const installations = new Installations(store, slack.workspaces, { apiUrl: slack.apiUrl, log })
  const directory = new Directory(store, installations, now)
  const workplace = createWorkplace(installations, directory)
  const digests = buildDigestDeps(setup, workplace)
  const app = createBoltApp(
    { ...buildListenerDeps(setup, installations, directory), digests },
    {
      installations,
      apiUrl: slack.apiUrl,
      log,
    },
  )
  const dispatch = createDispatch(app, (envelope) =>
    acceptEvent(
      {
        store,
        findBotUserId: async (teamId) => (await installations.find(teamId))?.botUserId,
        ring: setup.ring,
        stop: setup.stop,
        now,
      },
      envelope,
    ),
  )
  const http = slack.connection.mode === 'http' ? new HttpReceiver(slack.connection.signingSecret, log) : undefined
  const socket =
    slack.connection.mode === 'socket'
      ? new SocketReceiver({ appToken: slack.connection.appToken, apiUrl: slack.apiUrl, log })
      : undefined
  let trouble: string | undefined = 'not connected'
  return {
    voice: createVoice({ installations, blocks: slack.blocks, log, now }),
    workplace,
    digestVoice: createDigestVoice(installations),
    driftVoice: createDriftVoice(installations, { origin: setup.codeOrigin, permalink: setup.permalink }),
    routes: {
      ...(http && { 'POST /slack/events': (request, response) => http.handle(request, response) }),
      ...createOAuthRoutes(slack, installations, now, log),
    },
    get trouble() {
      return trouble ?? socket?.trouble
    },
    async start(signal) {
      await installations.connect(now(), signal)
      signal.throwIfAborted()
      http?.listen(dispatch)
      await socket?.start(dispatch)
      trouble = undefined
    },
    async stopAccepting() {
      trouble = 'stopping'
      http?.close()
      await socket?.close()
    },
  }
}

function buildDigestDeps({ store, now, ringDigests }: SlackSetup, workplace: Workplace): DigestCommandDeps['digests'] {
  return {
    next: (setting) => findNextDigest(store, setting, now()),
    find: (channel) => findDigestSetting(store, channel),
    set: (channel, change, userId) => setDigest(store, channel, change, { userId, now: now() }),
    ask: async (channel, askId) => {
      await askForDigest(store, channel, askId, now())
      ringDigests()
    },
    preview: async (channel) => {
      const { describeChannel, permalink } = digestSources(workplace)
      const at = { ...channel, period: askedPeriod('preview'), dueAt: now() }
      return prepareDigest({ store, describeChannel, permalink }, at, await findDigestSetting(store, channel))
    },
  }
}

/** What a digest asks Slack about. */
export function digestSources(workplace: Workplace): Pick<DigestDeps, 'describeChannel' | 'permalink'> {
  return {
    // Whom the words reach is asked anew each time.
    describeChannel: ({ teamId, channelId }) => workplace.channel(teamId, channelId, 0),
    permalink: (message) => workplace.permalink(message),
  }
}

function buildListenerDeps(setup: SlackSetup, installations: Installations, directory: Directory) {
  const { store, now, log, ring, stop } = setup
  const stopAfter = async (requested: Promise<boolean>) => {
    const stopped = await requested
    if (stopped) stop()
    return stopped
  }
  return {
    installations,
    directory,
    links: setup.links,
    exchange: setup.exchange,
    privateCode: setup.slack.workspaces.kind === 'one',
    reviews: setup.reviews,
    findings: setup.findings,
    channelSettings: setup.channelSettings,
    hasModel: setup.home.model !== undefined,
    now,
    store,
    log,
    style: setup.slack.blocks,
    codeOrigin: setup.codeOrigin,
    homeFacts: setup.home,
    accept: async (message: Parameters<typeof acceptMessage>[1]) => {
      const acceptance = await acceptMessage(store, message, now())
      ring()
      return acceptance
    },
    recordThread: async (message: Parameters<typeof acceptRecord>[1]) => {
      const acceptance = await acceptRecord(store, message, now())
      ring()
      return acceptance
    },
    isMember: (teamId: string, channelId: string) => directory.isMember(teamId, channelId),
    retryTurn: async (retry: Parameters<typeof acceptRetry>[1]) => {
      await acceptRetry(store, retry, now())
      ring()
    },
    stopThread: (thread: Parameters<typeof requestStop>[1], userId: string) =>
      stopAfter(store.write((tx) => requestStop(tx, thread, userId, now()))),
    stopTurn: (teamId: string, turnId: string, userId: string) =>
      stopAfter(store.write((tx) => requestTurnStop(tx, { teamId, turnId }, userId))),
    recordVote: async (vote: Parameters<typeof recordVote>[1]) => {
      const recorded = await recordVote(store, vote, now())
      log.info({ turn: vote.turnId, vote: vote.vote, recorded }, 'answer rated')
      return recorded
    },
    recordReason: (vote: Parameters<typeof recordReason>[1], reason: string) => recordReason(store, vote, reason),
    summariseWeek: (teamId: string) => summariseWeek(store, teamId, now()),
    servesOne: setup.slack.workspaces.kind === 'one',
    forgetWorkspace: async (teamId: string, removedAtSeconds: number) => {
      if (await installations.isInstalledAgain(teamId, removedAtSeconds)) return
      await setup.forgetWorkspace(teamId)
      await installations.remove(teamId)
      log.info({ team: teamId }, 'workspace removed the app; its data is erased')
    },
    inBackground: (work: Promise<unknown>, what: string) => {
      work.catch((error: unknown) => log.error({ err: error }, `${what} failed`))
    },
  }
}
