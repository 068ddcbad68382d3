import {
  choice,
  count,
  dollars,
  flag,
  index,
  json,
  primaryKey,
  serial,
  string,
  table,
  timestampMs,
  uniqueIndex,
} from './columns.ts'

/** Workspaces the app is installed in; the bot token is sealed, and absent when it comes from the settings. */
export const installations = table('installations', {
  teamId: string('team_id').primaryKey(),
  teamName: string('team_name').notNull(),
  botUserId: string('bot_user_id').notNull(),
  botId: string('bot_id').notNull(),
  sealedBotToken: string('sealed_bot_token'),
  scopes: string('scopes').notNull(),
  installedAt: timestampMs('installed_at').notNull(),
})

/** What Slack last said about a channel; who may read what depends on `kind` and `shared`. */
export const channels = table(
  'channels',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    name: string('name').notNull(),
    kind: choice('kind', ['public', 'private', 'direct']).notNull(),
    shared: flag('shared').notNull(),
    fetchedAt: timestampMs('fetched_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId] })],
)

export const people = table(
  'people',
  {
    teamId: string('team_id').notNull(),
    userId: string('user_id').notNull(),
    name: string('name').notNull(),
    isAdmin: flag('is_admin').notNull(),
    fetchedAt: timestampMs('fetched_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] })],
)

/** Every accepted event, written before it is acknowledged. The unique key is what makes Slack's retries harmless. */
export const inbox = table(
  'inbox',
  {
    id: serial('id'),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    ts: string('ts').notNull(),
    kind: choice('kind', ['message', 'retry']).notNull(),
    threadTs: string('thread_ts').notNull(),
    authorId: string('author_id').notNull(),
    mentioned: flag('mentioned').notNull(),
    foreignAuthor: flag('foreign_author').notNull(),
    retryOf: string('retry_of'),
    receivedAt: timestampMs('received_at').notNull(),
    turnId: string('turn_id'),
  },
  (t) => [
    uniqueIndex('inbox_once').on(t.teamId, t.channelId, t.ts, t.kind),
    index('inbox_waiting').on(t.turnId, t.teamId, t.channelId, t.threadTs),
  ],
)

export interface TurnSource {
  label: string
  url: string
}

/** One answer to one or more inbox rows of a thread. `epoch` fences off a worker that lost its lease. */
export const turns = table(
  'turns',
  {
    id: string('id').primaryKey(),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    state: choice('state', ['running', 'waiting', 'done', 'dead']).notNull(),
    outcome: choice('outcome', ['answered', 'facts', 'stopped', 'failed', 'refused', 'silent']),
    epoch: count('epoch').notNull(),
    owner: string('owner').notNull(),
    leaseUntil: timestampMs('lease_until').notNull(),
    attempts: count('attempts').notNull(),
    runAfter: timestampMs('run_after').notNull(),
    createdAt: timestampMs('created_at').notNull(),
    finishedAt: timestampMs('finished_at'),
    sendingSince: timestampMs('sending_since'),
    stopRequestedBy: string('stop_requested_by'),
    linkedText: string('linked_text'),
    answer: string('answer'),
    ending: json<TurnEnding>('ending'),
    model: string('model'),
    inputTokens: count('input_tokens').notNull().default(0),
    cacheReadTokens: count('cache_read_tokens').notNull().default(0),
    cacheWriteTokens: count('cache_write_tokens').notNull().default(0),
    outputTokens: count('output_tokens').notNull().default(0),
    costUsd: dollars('cost_usd'),
    lastError: string('last_error'),
  },
  (t) => [
    index('turns_thread').on(t.teamId, t.channelId, t.threadTs, t.createdAt),
    index('turns_due').on(t.state, t.leaseUntil, t.runAfter),
    index('turns_spend').on(t.teamId, t.createdAt),
  ],
)

/** How a turn ends under its answer; kept with the answer so that a restart can finish the same message. */
export interface TurnEnding {
  outcome: 'answered' | 'facts' | 'stopped' | 'failed' | 'refused'
  notice?: string
  offerRetry: boolean
  sources: TurnSource[]
  leftOut: string[]
}

/** Slack messages that carry a turn's answer, in order. */
export const replies = table(
  'replies',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    ts: string('ts').notNull(),
    turnId: string('turn_id').notNull(),
    postedAt: timestampMs('posted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.ts] }), index('replies_turn').on(t.turnId)],
)

/** Threads the bot takes part in. */
export const threads = table(
  'threads',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    joinedAt: timestampMs('joined_at').notNull(),
    seededAt: timestampMs('seeded_at'),
    summary: string('summary'),
    summarisedUntil: timestampMs('summarised_until').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.threadTs] })],
)

/** Every message of those threads, verbatim. */
export const messages = table(
  'messages',
  {
    id: serial('id'),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    ts: string('ts').notNull(),
    threadTs: string('thread_ts').notNull(),
    authorId: string('author_id').notNull(),
    fromArchitect: flag('from_architect').notNull(),
    text: string('text').notNull(),
    editedAt: timestampMs('edited_at'),
    /** The turn that put it before the model; none while it waits for the next one. */
    turnId: string('turn_id'),
  },
  (t) => [
    uniqueIndex('messages_once').on(t.teamId, t.channelId, t.ts),
    index('messages_thread').on(t.teamId, t.channelId, t.threadTs, t.ts),
  ],
)

/** What a summary keeps by name, each pointing at the message it comes from. */
export const threadFacts = table(
  'thread_facts',
  {
    id: serial('id'),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    kind: choice('kind', ['decision', 'constraint', 'number', 'question']).notNull(),
    text: string('text').notNull(),
    messageTs: string('message_ts').notNull(),
  },
  (t) => [index('thread_facts_thread').on(t.teamId, t.channelId, t.threadTs)],
)

/** Repositories a thread has open, each pinned to the commit it was first read at. */
export const threadRepositories = table(
  'thread_repositories',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    repository: string('repository').notNull(),
    sha: string('sha').notNull(),
    openedAt: timestampMs('opened_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.threadTs, t.repository] })],
)

/** Repositories an admin linked to a channel: the only channels in which a private one is read. */
export const repositoryLinks = table(
  'repository_links',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    repository: string('repository').notNull(),
    linkedBy: string('linked_by').notNull(),
    linkedAt: timestampMs('linked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.repository] })],
)

export const feedback = table(
  'feedback',
  {
    teamId: string('team_id').notNull(),
    turnId: string('turn_id').notNull(),
    userId: string('user_id').notNull(),
    vote: choice('vote', ['up', 'down']).notNull(),
    reason: string('reason'),
    givenAt: timestampMs('given_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.turnId, t.userId] })],
)

/** Answers of GitHub kept for conditional requests; the key carries the identity that asked. */
export const httpCache = table(
  'http_cache',
  {
    key: string('key').primaryKey(),
    etag: string('etag').notNull(),
    body: string('body').notNull(),
    bytes: count('bytes').notNull(),
    usedAt: timestampMs('used_at').notNull(),
  },
  (t) => [index('http_cache_used').on(t.usedAt)],
)
