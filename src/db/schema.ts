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

/** What Slack last said about a person; a channel's audience and acts on decisions depend on `standing`. */
export const people = table(
  'people',
  {
    teamId: string('team_id').notNull(),
    userId: string('user_id').notNull(),
    name: string('name').notNull(),
    isAdmin: flag('is_admin').notNull(),
    standing: choice('standing', ['member', 'guest', 'foreign', 'gone']).notNull(),
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
    kind: choice('kind', ['message', 'retry', 'review', 'record']).notNull(),
    threadTs: string('thread_ts').notNull(),
    authorId: string('author_id').notNull(),
    mentioned: flag('mentioned').notNull(),
    foreignAuthor: flag('foreign_author').notNull(),
    retryOf: string('retry_of'),
    /** The review that a command or a button asked for. */
    reviewId: string('review_id'),
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
  /** What follows the answer in messages of its own. */
  parts?: TurnPart[]
  /** The review whose files belong under the answer. */
  reviewId?: string
  filesAttached?: boolean
  /** How often Slack took the words and was away for the files. */
  filesTried?: number
}

/** A part of an answer that stands by itself, with what a person can do about it. */
export interface TurnPart {
  markdown: string
  choices: TurnChoice[]
}

/** Something to press: `act` says what happens, `value` to what. */
export interface TurnChoice {
  label: string
  act: 'review' | 'wont-fix' | 'wrong' | 'record-decision' | 'keep-suggestion' | 'edit-suggestion' | 'drop-suggestion'
  value: string
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

/** What GitHub called each repository when it was last met, in lower case: ids stay, and a name can become another's. */
export const repositoryNames = table(
  'repository_names',
  {
    host: string('host').notNull(),
    id: count('id').notNull(),
    name: string('name').notNull(),
  },
  (t) => [primaryKey({ columns: [t.host, t.id] }), uniqueIndex('repository_names_name').on(t.host, t.name)],
)

/** What a channel is still to hear about a repository's name, with the next answer about that repository. */
export const repositoryNotes = table(
  'repository_notes',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    repository: string('repository').notNull(),
    /** What it was called before; its own name where that was another repository's before. */
    formerly: string('formerly').notNull(),
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

/** What a channel has settled once, so that nobody is asked again. */
export const channelSettings = table(
  'channel_settings',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    /** The repository that a review without a link is about. */
    repository: string('repository'),
    depth: choice('depth', ['facts', 'standard', 'deep']),
    /** The language of narratives, such as German; code and names stay as they are. */
    language: string('language'),
    /** Whether a reaction of a named decider on a decision's card counts as its word. */
    decideByReaction: flag('decide_by_reaction').notNull().default(false),
    setBy: string('set_by').notNull(),
    setAt: timestampMs('set_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId] })],
)

/** Every review that was asked for, with what it found for as long as that is kept. */
export const reviews = table(
  'reviews',
  {
    id: string('id').primaryKey(),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    requestedBy: string('requested_by').notNull(),
    /** As it was asked for: an address on GitHub. */
    url: string('url').notNull(),
    depth: choice('depth', ['facts', 'standard', 'deep']).notNull(),
    state: choice('state', ['quoted', 'running', 'complete', 'stopped', 'capped', 'failed']).notNull(),
    /** What is reviewed, the same for every review of it: acme/orders, acme/orders:src/api, acme/orders#12. */
    target: string('target'),
    sha: string('sha'),
    /** The review this one goes on from, when that was stopped or reached its cap. */
    continues: string('continues'),
    /** What the model has said so far and was checked, by area: a restart pays for nothing twice. */
    parts: json<unknown>('parts'),
    report: json<unknown>('report'),
    /** Whether the code was private when it was read; then who reads the channel is asked again before anything of it is said. */
    private: flag('private').notNull().default(true),
    /** The module graph as SVG. */
    picture: string('picture'),
    /** What the next review is compared by, once the report is let go of. */
    memory: json<unknown>('memory'),
    /** What going deeper would cost, as it was told under the report. */
    estimates: json<unknown>('estimates'),
    costUsd: dollars('cost_usd'),
    createdAt: timestampMs('created_at').notNull(),
    finishedAt: timestampMs('finished_at'),
  },
  (t) => [
    index('reviews_target').on(t.teamId, t.target, t.createdAt),
    index('reviews_thread').on(t.teamId, t.channelId, t.threadTs, t.createdAt),
  ],
)

/** Findings that somebody answered for: not shown again before their date, unless the quoted code changes. */
export const findingExceptions = table(
  'finding_exceptions',
  {
    id: string('id').primaryKey(),
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    repository: string('repository').notNull(),
    fingerprint: string('fingerprint').notNull(),
    rule: string('rule').notNull(),
    title: string('title').notNull(),
    place: string('place').notNull(),
    kind: choice('kind', ['wont-fix', 'wrong']).notNull(),
    reason: string('reason').notNull(),
    ownerId: string('owner_id').notNull(),
    until: timestampMs('until'),
    createdBy: string('created_by').notNull(),
    createdAt: timestampMs('created_at').notNull(),
    /** When it stopped to apply: withdrawn by a person, or past its date. */
    endedAt: timestampMs('ended_at'),
  },
  (t) => [
    index('finding_exceptions_finding').on(t.teamId, t.repository, t.fingerprint),
    index('finding_exceptions_rule').on(t.rule, t.kind),
  ],
)

/** An architecture decision. Once accepted its body never changes: what comes later is an amendment or a successor. */
export const decisions = table(
  'decisions',
  {
    id: string('id').primaryKey(),
    teamId: string('team_id').notNull(),
    /** Given when it is first proposed; counts up in a workspace and is never given twice. */
    number: count('number'),
    /** Where it was made; who reads that channel reads the decision. */
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts'),
    threadLink: string('thread_link'),
    visibility: choice('visibility', ['channel', 'workspace']).notNull(),
    status: choice('status', [
      'draft',
      'proposed',
      'accepted',
      'rejected',
      'deprecated',
      'superseded',
      'withdrawn',
    ]).notNull(),
    body: json<unknown>('body').notNull(),
    /** Copies out of the body, to filter by. */
    title: string('title').notNull(),
    tags: json<string[]>('tags').notNull(),
    repository: string('repository'),
    checks: json<unknown>('checks').notNull(),
    reviewBy: timestampMs('review_by'),
    supersedes: json<string[]>('supersedes').notNull(),
    supersededBy: string('superseded_by'),
    reopens: string('reopens'),
    /** The file it was read from, which is then its body's home. */
    importedFrom: json<unknown>('imported_from'),
    votes: json<unknown>('votes').notNull(),
    amendments: json<unknown>('amendments').notNull(),
    reason: string('reason'),
    createdBy: string('created_by').notNull(),
    createdAt: timestampMs('created_at').notNull(),
    changedAt: timestampMs('changed_at').notNull(),
    decidedAt: timestampMs('decided_at'),
    /** Counts the acts on it; two people who act at once cannot both win. */
    version: count('version').notNull(),
  },
  (t) => [
    uniqueIndex('decisions_number').on(t.teamId, t.number),
    index('decisions_status').on(t.teamId, t.status, t.changedAt),
    index('decisions_channel').on(t.teamId, t.channelId, t.changedAt),
  ],
)

/** The last number given to a decision of a workspace. */
export const decisionNumbers = table('decision_numbers', {
  teamId: string('team_id').primaryKey(),
  last: count('last').notNull(),
})

/** Who is named to decide; `waits` while a proposed decision lacks the person's word. */
export const decisionDeciders = table(
  'decision_deciders',
  {
    teamId: string('team_id').notNull(),
    decisionId: string('decision_id').notNull(),
    userId: string('user_id').notNull(),
    waits: flag('waits').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.decisionId, t.userId] }),
    index('decision_deciders_user').on(t.teamId, t.userId, t.waits),
  ],
)

/** What the search reads of a decision, section by section; the full-text index follows this table by triggers. */
export const decisionSections = table(
  'decision_sections',
  {
    id: serial('id'),
    teamId: string('team_id').notNull(),
    decisionId: string('decision_id').notNull(),
    title: string('title').notNull(),
    keywords: string('keywords').notNull(),
    heading: string('heading').notNull(),
    text: string('text').notNull(),
  },
  (t) => [index('decision_sections_decision').on(t.decisionId)],
)

/** Every act on a decision, for ever: who, when, from where. Amendments live here too. */
export const decisionEvents = table(
  'decision_events',
  {
    id: serial('id'),
    decisionId: string('decision_id').notNull(),
    teamId: string('team_id').notNull(),
    /** The decision's version that the act led to. */
    version: count('version').notNull(),
    kind: string('kind').notNull(),
    actorId: string('actor_id').notNull(),
    origin: string('origin').notNull(),
    detail: json<unknown>('detail'),
    at: timestampMs('at').notNull(),
  },
  (t) => [index('decision_events_decision').on(t.decisionId, t.id), index('decision_events_at').on(t.teamId, t.at)],
)

/** Threads that were reminded of a decision once and are not again. */
export const decisionReminders = table(
  'decision_reminders',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    threadTs: string('thread_ts').notNull(),
    decisionId: string('decision_id').notNull(),
    remindedAt: timestampMs('reminded_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.threadTs, t.decisionId] })],
)

/** Records that were suggested and that nobody has confirmed: no decision yet, and gone with the first answer to them. */
export const decisionSuggestions = table('decision_suggestions', {
  id: string('id').primaryKey(),
  teamId: string('team_id').notNull(),
  channelId: string('channel_id').notNull(),
  threadTs: string('thread_ts'),
  threadLink: string('thread_link'),
  contents: json<unknown>('contents').notNull(),
  createdAt: timestampMs('created_at').notNull(),
})

/** Slack messages that show a decision and change with it. */
export const decisionCards = table(
  'decision_cards',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    ts: string('ts').notNull(),
    decisionId: string('decision_id').notNull(),
    /** The version it shows: a reaction is a word on that one. */
    version: count('version').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId, t.ts] }), index('decision_cards_decision').on(t.decisionId)],
)

/** A decision's file in a repository, as both sides last agreed on it. */
export const decisionFiles = table(
  'decision_files',
  {
    teamId: string('team_id').notNull(),
    repository: string('repository').notNull(),
    path: string('path').notNull(),
    decisionId: string('decision_id').notNull(),
    /** Of the file's text there, and of what the decision would be written as here; they differ where the file is older. */
    contentHash: string('content_hash').notNull(),
    renderedHash: string('rendered_hash').notNull(),
    syncedAt: timestampMs('synced_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.repository, t.path] }), index('decision_files_decision').on(t.decisionId)],
)

/** A place that breaks a check: a line, or without one a whole file, which may be missing. */
export interface CheckPlace {
  path: string
  line?: number
  /** The line as it stands in the code; empty for a whole file. */
  quote: string
  /** What is wrong there, in a few words. */
  says: string
}

/** The commit that broke a check, and the pull request it came with. */
export interface Introduction {
  sha: string
  pull?: number
}

/** A note to a decision's thread that is being said: by whom, under which name, since when, and what is told then. */
export interface NoteUnderWay {
  owner: string
  key: string
  sinceMs: number
  told: string
}

/** What each assertion of a decision came to when it was last checked against a repository's default branch. */
export const decisionChecks = table(
  'decision_checks',
  {
    teamId: string('team_id').notNull(),
    decisionId: string('decision_id').notNull(),
    assertion: string('assertion').notNull(),
    repository: string('repository').notNull(),
    outcome: choice('outcome', ['holds', 'broken', 'unknown']).notNull(),
    sha: string('sha').notNull(),
    /** The last commit at which it was seen to hold. */
    heldAt: string('held_at'),
    /** The first commit at which it was seen broken since it last held. */
    brokenSince: string('broken_since'),
    introduced: json<Introduction>('introduced'),
    places: json<readonly CheckPlace[]>('places').notNull(),
    /** How many places there are, of which the first ones are kept. */
    placeCount: count('place_count').notNull(),
    /** Why it could not be checked. */
    reason: string('reason'),
    checkedAt: timestampMs('checked_at').notNull(),
    /** The state of it that its thread was last told. */
    told: string('told'),
    /** Set while its thread is being told: whoever comes after a crash looks there first. */
    telling: json<NoteUnderWay>('telling'),
  },
  (t) => [
    primaryKey({ columns: [t.decisionId, t.assertion, t.repository] }),
    index('decision_checks_outcome').on(t.teamId, t.outcome),
  ],
)

/** When a channel wants its digest. */
export const digestSettings = table(
  'digest_settings',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    on: flag('on').notNull(),
    weekday: count('weekday').notNull(),
    time: string('time').notNull(),
    zone: string('zone').notNull(),
    quietWeeks: choice('quiet_weeks', ['skip', 'say-so']).notNull(),
    /** Why it was turned off when nobody asked for that, such as the bot's removal from the channel. */
    offReason: string('off_reason'),
    setBy: string('set_by').notNull(),
    setAt: timestampMs('set_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.channelId] })],
)

/** What a digest counted, to be set against the next one. */
export interface DigestCounts {
  decided: number
  closed: number
  waiting: number
  drift: number
  questions: number
}

/** One digest of one channel and period: the row is what makes it one. */
export const digests = table(
  'digests',
  {
    teamId: string('team_id').notNull(),
    channelId: string('channel_id').notNull(),
    /** The ISO week in the channel's zone, such as 2026-W48, or what asked for one out of turn. */
    period: string('period').notNull(),
    dueAt: timestampMs('due_at').notNull(),
    state: choice('state', ['claimed', 'sent', 'skipped']).notNull(),
    owner: string('owner').notNull(),
    leaseUntil: timestampMs('lease_until').notNull(),
    sendingSince: timestampMs('sending_since'),
    ts: string('ts'),
    reason: string('reason'),
    counts: json<DigestCounts>('counts'),
    changedAt: timestampMs('changed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.teamId, t.channelId, t.period] }),
    index('digests_open').on(t.state, t.leaseUntil),
    index('digests_latest').on(t.teamId, t.channelId, t.dueAt),
  ],
)
