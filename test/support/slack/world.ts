import type { Clock } from './clock.ts'
import type { Ids } from './ids.ts'
import type { StreamState } from './stream-state.ts'

export type Json = Record<string, unknown>
export type Block = Json & { type: string }
export type ChannelKind = 'public' | 'private' | 'im'

export interface Team {
  id: string
  name: string
  domain: string
}

/** The app in one workspace; `state` says why its token is refused once it is no longer active. */
export interface Installation {
  team: Team
  botToken: string
  botUserId: string
  botId: string
  scopes: string[]
  state: 'active' | 'token_revoked' | 'account_inactive'
}

export interface User {
  id: string
  teamId: string
  name: string
  realName: string
  email: string
  isAdmin: boolean
  isGuest: boolean
  isBot: boolean
  deleted: boolean
}

export interface Message {
  ts: string
  channelId: string
  teamId: string
  /** Missing when a workflow or an old-style bot spoke. */
  userId?: string
  botId?: string
  text: string
  markdownText?: string
  blocks: Block[]
  attachments: Json[]
  threadTs?: string
  subtype?: string
  username?: string
  metadata?: Json
  files: StoredFile[]
  edited?: { user: string; ts: string }
  reactions: Map<string, string[]>
  stream?: StreamState
  unfurl: { links: boolean; media: boolean }
  linkNames: boolean
}

/** A message only one person sees, from chat.postEphemeral, an ack or a response_url. */
export interface Ephemeral extends Message {
  shownTo: string
}

export interface Channel {
  id: string
  teamId: string
  name: string
  kind: ChannelKind
  isExtShared: boolean
  isArchived: boolean
  members: Set<string>
  messages: Message[]
}

export interface StoredFile {
  id: string
  name: string
  title: string
  mimetype: string
  content: Buffer
  userId: string
  teamId: string
  channels: string[]
  complete: boolean
}

export interface View {
  id: string
  teamId: string
  userId: string
  hash: string
  rootViewId: string
  previousViewId?: string
  content: Json & { type: string; blocks: Block[] }
  /** Responses of every input, as Slack keeps them between clicks in an open view. */
  values: Record<string, Json>
  isOpen: boolean
}

export interface ThreadStatus {
  text: string
  loadingMessages: string[]
  setAtMs: number
}

export interface AgentSession {
  status: string
  title?: string
  initiatorUserId?: string
}

export interface World {
  clock: Clock
  ids: Ids
  appId: string
  botName: string
  /** Where uploaded files are served; set once the stand-in listens. */
  filesUrl: string
  teams: Map<string, Team>
  installations: Installation[]
  users: Map<string, User>
  channels: Map<string, Channel>
  ephemerals: Ephemeral[]
  files: Map<string, StoredFile>
  views: View[]
  homes: Map<string, View>
  statuses: Map<string, ThreadStatus>
  sessions: Map<string, AgentSession>
  titles: Map<string, string>
  suggestedPrompts: Map<string, Json>
}

export function createWorld(clock: Clock, ids: Ids, botName: string): World {
  return {
    clock,
    ids,
    appId: ids.next('A'),
    botName,
    filesUrl: '',
    teams: new Map(),
    installations: [],
    users: new Map(),
    channels: new Map(),
    ephemerals: [],
    files: new Map(),
    views: [],
    homes: new Map(),
    statuses: new Map(),
    sessions: new Map(),
    titles: new Map(),
    suggestedPrompts: new Map(),
  }
}

/** What a thread's status, session, title and prompts are kept under. */
export function threadKey(channelId: string, threadTs: string): string {
  return `${channelId}:${threadTs}`
}

/** The channel's message or reply with this ts; newest are found fastest. */
export function findMessage(channel: Channel, ts: string): Message | undefined {
  return channel.messages.findLast((message) => message.ts === ts)
}

/** The root and its replies, oldest first; empty when the root does not exist. */
export function threadMessages(channel: Channel, ts: string): Message[] {
  return channel.messages.filter((message) => message.ts === ts || message.threadTs === ts)
}

/** Whether this app's own bot wrote the message. */
export function isOurs(world: World, message: Message): boolean {
  return message.botId !== undefined && world.installations.some((other) => other.botId === message.botId)
}
