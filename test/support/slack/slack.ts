import type { Server } from 'node:http'
import { approveInstall } from './approve.ts'
import type { Core } from './core.ts'
import type { DeliveryRecord } from './delivery.ts'
import { emit, emitMessage, wrapEvent } from './events.ts'
import type { Fault } from './faults.ts'
import { HttpTransport, postRaw } from './http-transport.ts'
import { install } from './install.ts'
import { inviteBot, removeBot } from './membership.ts'
import { openDirectMessage } from './open-dm.ts'
import { Person } from './person.ts'
import type { ApiRequest } from './request-log.ts'
import { revokeTokens, uninstall } from './revoke.ts'
import { closeServer, listen } from './server.ts'
import { addChannel, addTeam, addUser, createForeignBotMessage } from './setup.ts'
import type { ChannelOptions, UserOptions } from './setup.ts'
import { Sight } from './sight.ts'
import { signBody } from './signature.ts'
import type { DisconnectReason } from './socket-transport.ts'
import { METHOD_LIMITS, POSTS_PER_MINUTE_AND_CHANNEL } from './tiers.ts'
import type { AttemptResult } from './transport.ts'
import type { ApiService } from './web-api/serve-api.ts'
import type { Channel, Installation, Json, Team } from './world.ts'

export interface RawEvent {
  body: string
  /** Signs with another secret than the app's. */
  secret?: string
  /** Signs another time than now, in Unix seconds. */
  timestampSeconds?: number
  headers?: Record<string, string>
  contentType?: string
}

/** A Slack a test drives: people who act, the requests the bot made, and what everyone sees now. */
export class Slack extends Sight implements AsyncDisposable {
  readonly #service: ApiService
  readonly #core: Core
  readonly #server: Server
  readonly #port: number

  constructor(service: ApiService, server: Server, port: number) {
    super(service.core.world, service.log)
    this.#service = service
    this.#core = service.core
    this.#server = server
    this.#port = port
  }

  /** What SLACK_API_URL must be. */
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

  /** The first workspace, which has the app installed from the start. */
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

  // Who and what there is

  /** Another workspace; the app is not in it until a code for it is exchanged or `installIn` is called. */
  addTeam(name: string): Team {
    return addTeam(this.#core.world, name)
  }

  installIn(team: Team, scopes: string[] = this.#core.settings.scopes): Installation {
    return install(this.#core.world, team, scopes)
  }

  addUser(options: UserOptions): Person {
    return new Person(this.#core, addUser(this.#core.world, options.team ?? this.team, options))
  }

  /** Takes somebody's account away, as when they leave the company. */
  deactivate(person: Person): void {
    const user = this.#core.world.users.get(person.id)
    if (user) user.deleted = true
  }

  addChannel(options: ChannelOptions): Channel {
    return addChannel(this.#core.world, options.team ?? this.team, options)
  }

  openDm(person: Person): Channel {
    return openDirectMessage(this.#core.world, this.#installationOf(person.teamId), person.id)
  }

  inviteBot(channel: Channel, by: Person): void {
    inviteBot(this.#core, this.#installationOf(channel.teamId), channel, by.id)
  }

  removeBot(channel: Channel, by: Person): void {
    removeBot(this.#core, this.#installationOf(channel.teamId), channel, by.id)
  }

  /** A workflow or another app speaks: the message has a bot_id and no user. */
  botSays(channel: Channel, text: string, options: { username?: string; threadTs?: string } = {}): string {
    const said = { username: 'workflow', ...options, text }
    const message = createForeignBotMessage(this.#core.world, channel, said)
    channel.messages.push(message)
    emitMessage(this.#core, channel, message)
    return message.ts
  }

  /** A code as Slack puts into the redirect after a person approved the app; oauth.v2.access takes it once. */
  issueOAuthCode(team: Team, options: { by: Person; scopes?: string[]; redirectUri?: string }): string {
    const scopes = options.scopes ?? this.#core.settings.scopes
    return this.#service.oauth.issue({ team, userId: options.by.id, scopes, redirectUri: options.redirectUri })
  }

  /** Someone approves an "Add to Slack" link; returns where Slack sends the browser, with code and state. */
  approveInstall(person: Person, link: string): string {
    const { oauth, core } = this.#service
    const team = core.world.teams.get(person.teamId) ?? this.team
    return approveInstall(oauth, core.settings, { team, userId: person.id, link })
  }

  uninstall(team: Team = this.team): void {
    uninstall(this.#core, this.installation(team))
  }

  revokeTokens(team: Team = this.team): void {
    revokeTokens(this.#core, this.installation(team))
  }

  // The way to the bot

  /** From now on posts everything, signed, to this URL instead of sending it over Socket Mode. */
  connectHttp(url: string): void {
    const { signingSecret, ackTimeoutMs } = this.#core.settings
    this.#core.delivery.sendThrough(new HttpTransport({ url, signingSecret, ackTimeoutMs }))
  }

  /** From now on sends over Socket Mode, as at the start. */
  connectSockets(): void {
    this.#core.delivery.sendThrough(this.#service.sockets)
  }

  get socketCount(): number {
    return this.#service.sockets.connectionCount
  }

  /** Asks every Socket Mode connection to reconnect, as Slack does every few hours. */
  recycleSockets(reason: DisconnectReason = 'refresh_requested'): void {
    this.#service.sockets.requestReconnect(reason)
  }

  /** Drops every Socket Mode connection without a word. */
  cutSockets(): void {
    this.#service.sockets.cut()
  }

  /** Stops listening and drops every connection, until `goOnline`. */
  async goOffline(): Promise<void> {
    this.#service.sockets.cut()
    await closeServer(this.#server)
  }

  async goOnline(): Promise<void> {
    await listen(this.#server, this.#port)
  }

  /** Sends any event the app is subscribed to; resolves true when it was acknowledged. */
  sendEvent(event: Json, options: { subscription?: string; team?: Team; channel?: Channel } = {}): Promise<boolean> {
    const subscription = options.subscription ?? String(event.type)
    return emit(this.#core, this.installation(options.team), subscription, event, options.channel)
  }

  /** The envelope of an event, not sent; for `sendEnvelope` and `sendRaw`. */
  makeEnvelope(event: Json, options: { team?: Team; channel?: Channel } = {}): Json {
    return wrapEvent(this.#core, this.installation(options.team), event, options.channel)
  }

  /** Delivers an envelope exactly as given, with Slack's retries. */
  sendEnvelope(envelope: Json): Promise<boolean> {
    return this.#core.delivery.deliverEvent(envelope)
  }

  /** Delivers an event `times` more at once, with the same event_id or a new one each. */
  async redeliver(record: DeliveryRecord, times = 1, options: { newEventId?: boolean } = {}): Promise<void> {
    const envelopes = Array.from({ length: times }, () => {
      return options.newEventId ? { ...record.payload, event_id: this.#core.world.ids.next('Ev') } : record.payload
    })
    await Promise.all(envelopes.map((envelope) => this.#core.delivery.deliverEvent(envelope)))
  }

  /** Posts a body of the test's making to the bot; for forged, stale and malformed requests. */
  sendRaw(url: string, raw: RawEvent): Promise<AttemptResult> {
    const timestamp = raw.timestampSeconds ?? Math.floor(Date.now() / 1000)
    const headers = {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': signBody(raw.secret ?? this.signingSecret, timestamp, raw.body),
      ...raw.headers,
    }
    const timeoutMs = this.#core.settings.ackTimeoutMs
    return postRaw({ url, body: raw.body, contentType: raw.contentType ?? 'application/json', headers, timeoutMs })
  }

  /** Every finished attempt to reach the bot, oldest first; `type` keeps those of one event, command or payload. */
  deliveries(type?: string): DeliveryRecord[] {
    return this.#core.delivery.records.filter((record) => type === undefined || record.type === type)
  }

  /** Resolves when nothing is on its way to the bot any more, retries included. */
  settled(): Promise<void> {
    return this.#core.delivery.settled()
  }

  // What the bot asked for, and what it is refused

  /** Every Web API call in order of arrival, with its raw body. */
  get requests(): ApiRequest[] {
    return this.#service.log.all
  }

  calls(method: string): ApiRequest[] {
    return this.requests.filter((request) => request.method === method)
  }

  /** Calls whose arguments hold this text anywhere; for what must never reach Slack. */
  callsContaining(text: string): ApiRequest[] {
    return this.requests.filter((request) => JSON.stringify(request.args).includes(text))
  }

  /** Makes the next calls of a method (`*` for any) go wrong. */
  fail(method: string, fault: Fault): void {
    this.#service.faults.add(method, fault)
  }

  stopFailing(): void {
    this.#service.faults.clear()
  }

  /** Answers 429 beyond this many calls a minute and workspace. */
  limit(method: string, perMinute: number): void {
    this.#service.limits.set(method, perMinute)
  }

  /** Applies the limits Slack documents to every method. */
  limitLikeSlack(): void {
    const { limits } = this.#service
    for (const [method, perMinute] of Object.entries(METHOD_LIMITS)) limits.set(method, perMinute)
    limits.set('chat.postMessage', POSTS_PER_MINUTE_AND_CHANNEL, { perChannel: true })
  }

  /** Moves Slack's time forward: streams end, statuses clear, triggers, codes and response URLs expire. */
  advance(ms: number): void {
    this.#core.world.clock.advance(ms)
  }

  #installationOf(teamId: string): Installation {
    return this.installation(this.#core.world.teams.get(teamId))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#core.delivery.close()
    await this.#service.sockets.close()
    await closeServer(this.#server)
  }
}
