import type { Server } from 'node:http'
import { Clock } from './clock.ts'
import type { Core } from './core.ts'
import { Delivery } from './delivery.ts'
import type { DeliveryRecord } from './delivery.ts'
import { emit, wrapEvent } from './events.ts'
import type { Fault } from './faults.ts'
import { Faults } from './faults.ts'
import { HttpTransport, postRaw } from './http-transport.ts'
import { Ids } from './ids.ts'
import { install } from './install.ts'
import { OAuthCodes } from './oauth-codes.ts'
import { openDirectMessage } from './open-dm.ts'
import { Person } from './person.ts'
import { RateLimits } from './rate-limits.ts'
import { renderBlocks, renderMessage } from './render.ts'
import { ResponseUrls } from './response-urls.ts'
import { createSlackServer, listen } from './server.ts'
import { resolveSettings } from './settings.ts'
import type { SlackOptions } from './settings.ts'
import { signBody } from './signature.ts'
import { SocketTransport } from './socket-transport.ts'
import type { DisconnectReason } from './socket-transport.ts'
import { isStreaming } from './stream-state.ts'
import type { AttemptResult } from './transport.ts'
import { Triggers } from './triggers.ts'
import { waitFor } from './wait.ts'
import type { ApiRequest } from './web-api/serve-api.ts'
import { createWorld, threadKey, threadMessages } from './world.ts'
import type {
  AgentSession,
  Channel,
  Ephemeral,
  Installation,
  Json,
  Message,
  Team,
  ThreadStatus,
  View,
} from './world.ts'

const STATUS_LIFETIME_MS = 2 * 60_000

interface Parts {
  core: Core
  server: Server
  sockets: SocketTransport
  faults: Faults
  limits: RateLimits
  oauth: OAuthCodes
  requests: ApiRequest[]
}

/** A workspace a test drives: people who act, the requests the bot made, and what everyone sees now. */
export class Slack implements AsyncDisposable {
  readonly requests: ApiRequest[]
  readonly #parts: Parts
  readonly #core: Core

  constructor(parts: Parts) {
    this.#parts = parts
    this.#core = parts.core
    this.requests = parts.requests
  }

  get apiUrl(): string {
    return `${this.#core.baseUrl}/api/`
  }

  get baseUrl(): string {
    return this.#core.baseUrl
  }

  get appToken(): string {
    return this.#core.settings.appToken
  }

  get botToken(): string {
    return this.installation().botToken
  }

  get signingSecret(): string {
    return this.#core.settings.signingSecret
  }

  get clientId(): string {
    return this.#core.settings.clientId
  }

  get clientSecret(): string {
    return this.#core.settings.clientSecret
  }

  get team(): Team {
    const [team] = this.#core.world.teams.values()
    if (!team) throw new Error('the stand-in has no workspace')
    return team
  }

  get botUserId(): string {
    return this.installation().botUserId
  }

  /** How people name the bot in a message. */
  get mention(): string {
    return `<@${this.botUserId}>`
  }

  installation(team: Team = this.team): Installation {
    const installation = this.#core.world.installations.find((other) => other.team.id === team.id)
    if (!installation) throw new Error(`the app is not installed in ${team.name}`)
    return installation
  }

  addTeam(name: string): Team {
    const team = { id: this.#core.world.ids.next('T'), name, domain: name.toLowerCase().replaceAll(/\W+/g, '-') }
    this.#core.world.teams.set(team.id, team)
    return team
  }

  addUser(options: { name: string; isAdmin?: boolean; isGuest?: boolean; isBot?: boolean; team?: Team }): Person {
    const user = {
      id: this.#core.world.ids.next('U'),
      teamId: (options.team ?? this.team).id,
      name: options.name,
      realName: options.name,
      email: `${options.name}@example.com`,
      isAdmin: options.isAdmin ?? false,
      isGuest: options.isGuest ?? false,
      isBot: options.isBot ?? false,
      deleted: false,
    }
    this.#core.world.users.set(user.id, user)
    return new Person(this.#core, user)
  }

  /** A channel with the given members (default: everyone in the team so far) and, unless said otherwise, the bot. */
  addChannel(options: {
    name: string
    isPrivate?: boolean
    isExtShared?: boolean
    members?: Person[]
    botIsMember?: boolean
    team?: Team
  }): Channel {
    const { world } = this.#core
    const team = options.team ?? this.team
    const everyone = [...world.users.values()].filter((user) => user.teamId === team.id && !user.isBot)
    const members = new Set((options.members ?? everyone).map((person) => person.id))
    if (options.botIsMember ?? true) members.add(this.installation(team).botUserId)
    const channel: Channel = {
      id: world.ids.next('C'),
      teamId: team.id,
      name: options.name,
      kind: options.isPrivate ? 'private' : 'public',
      isExtShared: options.isExtShared ?? false,
      isArchived: false,
      members,
      messages: [],
    }
    world.channels.set(channel.id, channel)
    return channel
  }

  openDm(person: Person): Channel {
    const team = this.#core.world.teams.get(person.teamId)
    return openDirectMessage(this.#core.world, this.installation(team), person.id)
  }

  /** Brings the bot into a channel by invitation: member_joined_channel. */
  inviteBot(channel: Channel, by: Person): void {
    const installation = this.installation(this.#core.world.teams.get(channel.teamId))
    channel.members.add(installation.botUserId)
    const event = {
      type: 'member_joined_channel',
      user: installation.botUserId,
      channel: channel.id,
      channel_type: channel.kind === 'private' ? 'G' : 'C',
      team: channel.teamId,
      inviter: by.id,
      event_ts: this.#core.world.ids.nextTs(),
    }
    void emit(this.#core, installation, 'member_joined_channel', event, channel)
  }

  /** Sends everything to this URL by signed POST instead of Socket Mode. */
  connectHttp(url: string): void {
    const { signingSecret, ackTimeoutMs } = this.#core.settings
    this.#core.delivery.sendThrough(new HttpTransport({ url, signingSecret, ackTimeoutMs }))
  }

  get socketCount(): number {
    return this.#parts.sockets.connectionCount
  }

  /** Asks every Socket Mode connection to reconnect, as Slack does every few hours. */
  recycleSockets(reason: DisconnectReason = 'refresh_requested'): void {
    this.#parts.sockets.requestReconnect(reason)
  }

  /** Drops every Socket Mode connection without a word. */
  cutSockets(): void {
    this.#parts.sockets.cut()
  }

  /** Sends any event as if Slack had; resolves true when it was acknowledged. */
  sendEvent(event: Json, options: { subscription?: string; team?: Team; channel?: Channel } = {}): Promise<boolean> {
    const subscription = options.subscription ?? String(event.type)
    return emit(this.#core, this.installation(options.team), subscription, event, options.channel)
  }

  /** Delivers an event again `times` more, with the same event_id or a new one each. */
  async redeliver(record: DeliveryRecord, times: number, options: { newEventId?: boolean } = {}): Promise<void> {
    const envelopes = Array.from({ length: times }, () => {
      return options.newEventId ? { ...record.payload, event_id: this.#core.world.ids.next('Ev') } : record.payload
    })
    await Promise.all(envelopes.map((envelope) => this.#core.delivery.deliverEvent(envelope)))
  }

  /** Posts a body of the test's making, signed with the given secret and time; for forged and stale requests. */
  sendRaw(
    url: string,
    raw: {
      body: string
      secret?: string
      timestampSeconds?: number
      headers?: Record<string, string>
      contentType?: string
    },
  ): Promise<AttemptResult> {
    const timestamp = raw.timestampSeconds ?? Math.floor(Date.now() / 1000)
    return postRaw({
      url,
      body: raw.body,
      contentType: raw.contentType ?? 'application/json',
      timeoutMs: this.#core.settings.ackTimeoutMs,
      headers: {
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signBody(raw.secret ?? this.signingSecret, timestamp, raw.body),
        ...raw.headers,
      },
    })
  }

  /** An event envelope that was not sent, to sign and send by hand. */
  makeEnvelope(event: Json): Json {
    return wrapEvent(this.#core, this.installation(), event)
  }

  get deliveries(): DeliveryRecord[] {
    return this.#core.delivery.records
  }

  /** Resolves when no event is on its way to the bot any more. */
  settled(): Promise<void> {
    return this.#core.delivery.settled()
  }

  async uninstall(team: Team = this.team): Promise<void> {
    const installation = this.installation(team)
    await emit(this.#core, installation, 'app_uninstalled', { type: 'app_uninstalled' })
    installation.state = 'account_inactive'
    await this.#emitRevoked(installation)
  }

  async revokeTokens(team: Team = this.team): Promise<void> {
    const installation = this.installation(team)
    installation.state = 'token_revoked'
    await this.#emitRevoked(installation)
  }

  async #emitRevoked(installation: Installation): Promise<void> {
    const tokens = { oauth: [], bot: [installation.botUserId] }
    const event = { type: 'tokens_revoked', tokens, event_ts: this.#core.world.ids.nextTs() }
    await emit(this.#core, installation, 'tokens_revoked', event)
  }

  /** A code as Slack puts into the redirect after a person approved the app; oauth.v2.access takes it once. */
  issueOAuthCode(team: Team, options: { by: Person; scopes?: string[]; redirectUri?: string }): string {
    const scopes = options.scopes ?? this.#core.settings.scopes
    return this.#parts.oauth.issue({ team, userId: options.by.id, scopes, redirectUri: options.redirectUri })
  }

  /** Makes the next calls of a method (`*` for any) go wrong. */
  fail(method: string, fault: Fault): void {
    this.#parts.faults.add(method, fault)
  }

  stopFailing(): void {
    this.#parts.faults.clear()
  }

  /** Answers 429 beyond this many calls a minute and workspace. */
  limit(method: string, perMinute: number): void {
    this.#parts.limits.set(method, perMinute)
  }

  /** Moves Slack's time forward: streams end, statuses clear, triggers and response URLs expire. */
  advance(ms: number): void {
    this.#core.world.clock.advance(ms)
  }

  calls(method: string): ApiRequest[] {
    return this.requests.filter((request) => request.method === method)
  }

  /** The root and its replies as they are now, oldest first. */
  thread(channel: Channel, ts: string): Message[] {
    return threadMessages(channel, ts)
  }

  channelMessages(channel: Channel): Message[] {
    return channel.messages.filter((message) => message.threadTs === undefined)
  }

  /** What only this person was shown, oldest first. */
  ephemerals(person: Person): Ephemeral[] {
    return this.#core.world.ephemerals.filter((message) => message.shownTo === person.id)
  }

  home(person: Person): View | undefined {
    return this.#core.world.homes.get(`${person.teamId}:${person.id}`)
  }

  /** The modals a person has open, bottom first. */
  views(person: Person): View[] {
    return this.#core.world.views.filter((view) => view.userId === person.id && view.isOpen)
  }

  /** The status shown under a thread; Slack clears it after two minutes and when the bot speaks. */
  status(channel: Channel, threadTs: string): ThreadStatus | undefined {
    const status = this.#core.world.statuses.get(threadKey(channel.id, threadTs))
    if (!status || this.#core.world.clock.nowMs() - status.setAtMs > STATUS_LIFETIME_MS) return undefined
    return status
  }

  session(channel: Channel, threadTs: string): AgentSession | undefined {
    return this.#core.world.sessions.get(threadKey(channel.id, threadTs))
  }

  title(channel: Channel, threadTs: string): string | undefined {
    return this.#core.world.titles.get(threadKey(channel.id, threadTs))
  }

  isStreaming(message: Message): boolean {
    return isStreaming(message.stream, this.#core.world.clock.nowMs())
  }

  /** A message or view as a reader sees it, in plain text. */
  textOf(shown: Message | View): string {
    if ('content' in shown) return renderBlocks(this.#core.world, shown.content.blocks)
    return renderMessage(this.#core.world, shown)
  }

  /** The bot's messages in a thread, oldest first. */
  answers(channel: Channel, threadTs: string): Message[] {
    return this.thread(channel, threadTs).filter((message) => message.botId !== undefined)
  }

  waitFor<T>(
    read: () => T | undefined | false | null,
    options: { timeoutMs?: number; what?: string } = {},
  ): Promise<T> {
    return waitFor(read, options)
  }

  /**
   * Resolves with the bot's last message in the thread once it is finished: nothing streams, no status is shown, the
   * session is not processing, and the bot called nothing for `quietMs` (default 150).
   */
  waitForReply(
    channel: Channel,
    threadTs: string,
    options: { after?: string; timeoutMs?: number; quietMs?: number } = {},
  ): Promise<Message> {
    const { after, timeoutMs = 10_000, quietMs = 150 } = options
    return waitFor(
      () => {
        const answers = this.answers(channel, threadTs).filter((message) => Number(message.ts) > Number(after ?? 0))
        const lastCallMs = this.requests.at(-1)?.atMs ?? 0
        const isQuiet = this.#core.world.clock.nowMs() - lastCallMs >= quietMs
        return isQuiet && this.#isIdle(channel, threadTs) ? answers.at(-1) : undefined
      },
      { timeoutMs, what: `a finished answer in ${channel.name}` },
    )
  }

  #isIdle(channel: Channel, threadTs: string): boolean {
    if (this.status(channel, threadTs) || this.session(channel, threadTs)?.status === 'processing') return false
    return !this.thread(channel, threadTs).some((message) => this.isStreaming(message))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#core.delivery.close()
    await this.#parts.sockets.close()
    this.#parts.server.closeAllConnections()
    await new Promise((resolve) => {
      this.#parts.server.close(resolve)
    })
  }
}

/** Starts a Slack on 127.0.0.1 with one workspace that has the app installed. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const clock = new Clock(options.now)
  const ids = new Ids(clock)
  const world = createWorld(clock, ids, options.botName ?? 'architect')
  const settings = resolveSettings(options)
  const { ackTimeoutMs, pingIntervalMs, retryDelaysMs } = settings
  const sockets = new SocketTransport({ appId: world.appId, ackTimeoutMs, pingIntervalMs })
  const core: Core = {
    settings,
    world,
    delivery: new Delivery(sockets, { retryDelaysMs, nowMs: () => clock.nowMs() }),
    triggers: new Triggers(clock),
    responseUrls: new ResponseUrls(clock),
    baseUrl: '',
  }
  const team = { id: ids.next('T'), name: options.team?.name ?? 'Acme', domain: options.team?.domain ?? 'acme' }
  world.teams.set(team.id, team)
  install(world, team, settings.scopes, options.botToken)
  const limits = new RateLimits(clock)
  if (!settings.internalApp) for (const name of ['replies', 'history']) limits.set(`conversations.${name}`, 1)
  const shared = { core, sockets, limits, oauth: new OAuthCodes(world, settings), faults: new Faults(), requests: [] }
  const server = createSlackServer(shared)
  core.baseUrl = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`
  world.filesUrl = core.baseUrl
  return new Slack({ ...shared, server })
}
