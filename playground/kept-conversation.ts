import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import * as z from 'zod'
import { workspace } from './local-workspace.ts'

/** The local workspace forgets everything when it ends, so what was said is written here and said again at the next start. */
const fileName = 'conversation.json'
const botUserId = workspace.app.botUserId

const message = z.object({
  ts: z.string(),
  channel: z.string(),
  user: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  subtype: z.string().optional(),
  blocks: z.array(z.unknown()).optional(),
})
type Message = z.infer<typeof message>

const conversation = z.object({
  /** Direct channels with the bot get a new id each time; this says whose they were. */
  directChannels: z.array(z.object({ id: z.string(), person: z.string() })),
  messages: z.array(message),
})
type Conversation = z.infer<typeof conversation>

const state = z.object({
  channels: z.array(z.object({ id: z.string(), is_im: z.boolean(), members: z.array(z.string()) })),
})

/** Brings back what was said in a kept folder, before the bot starts, and keeps what is said from now on when it is disposed. */
export async function keepConversation(url: string, folder: string, databaseFile: string): Promise<AsyncDisposable> {
  const file = join(folder, fileName)
  if (existsSync(file)) await sayAgain(url, readKept(file), databaseFile)
  return {
    [Symbol.asyncDispose]: async () => {
      // When the workspace has ended by itself, what it said is gone, and what was kept before stays.
      const said = await readConversation(url).catch(() => undefined)
      if (said) writeFileSync(file, JSON.stringify(said, undefined, 1))
    },
  }
}

function readKept(file: string): Conversation {
  try {
    return conversation.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`${file} cannot be read; move it away to begin with an empty workspace`, { cause: error })
  }
}

async function readConversation(url: string): Promise<Conversation> {
  const { channels } = state.parse(await get(`${url}/_control/state`))
  const answer = z.object({ messages: z.array(message) })
  const said = await Promise.all(
    channels.map(async ({ id }) => answer.parse(await get(`${url}/_control/messages/${id}`))),
  )
  return {
    directChannels: channels
      .filter((channel) => channel.is_im)
      .map(({ id, members }) => ({ id, person: members.find((member) => member !== botUserId) ?? '' })),
    messages: said
      .flatMap(({ messages }) => messages)
      .filter(({ subtype }) => subtype !== 'ephemeral')
      .toSorted((one, other) => one.ts.localeCompare(other.ts)),
  }
}

/** Where a message or a whole channel was, and where it is now. */
interface Move {
  channel: string
  ts: string
  newChannel: string
  newTs: string
}

async function sayAgain(url: string, { directChannels, messages }: Conversation, databaseFile: string): Promise<void> {
  const moves: Move[] = []
  for (const { id, person } of directChannels) {
    const opened = await post(`${url}/api/conversations.open`, { users: person })
    const { channel } = z.object({ channel: z.object({ id: z.string() }) }).parse(opened)
    moves.push({ channel: id, ts: '', newChannel: channel.id, newTs: '' })
  }
  for (const said of messages) {
    const newChannel =
      moves.find(({ channel, ts }) => channel === said.channel && ts === '')?.newChannel ?? said.channel
    const root = moves.find(({ channel, ts }) => channel === said.channel && ts === said.thread_ts)
    const { ts, ...content } = said
    const newTs = await say(url, { ...content, channel: newChannel, thread_ts: root?.newTs })
    moves.push({ channel: said.channel, ts, newChannel, newTs })
  }
  if (existsSync(databaseFile)) moveInDatabase(databaseFile, moves)
}

async function say(url: string, message: Omit<Message, 'ts'>): Promise<string> {
  const { user, ...said } = message
  const answer =
    user === botUserId
      ? await post(`${url}/api/chat.postMessage`, said)
      : await post(`${url}/_control/message`, { ...said, user })
  return z.object({ message: z.object({ ts: z.string() }) }).parse(answer).message.ts
}

/** The bot knows messages by channel and ts: its memory follows them to the new ones. */
function moveInDatabase(file: string, moves: readonly Move[]): void {
  const database = new Sqlite(file)
  try {
    database.exec('CREATE TEMP TABLE moves (channel TEXT, ts TEXT, new_channel TEXT, new_ts TEXT)')
    const insert = database.prepare('INSERT INTO moves VALUES (:channel, :ts, :newChannel, :newTs)')
    database.transaction(() => {
      for (const move of moves) insert.run(move)
      for (const { table, column } of listColumns(database)) database.exec(moveStatement(table, column))
    })()
  } finally {
    database.close()
  }
}

function listColumns(database: Sqlite.Database): { table: string; column: string }[] {
  // The channel comes last: the others are found by it.
  const rows = database.prepare(
    `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND c.name IN ('ts', 'thread_ts', 'message_ts', 'channel_id')
       AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'channel_id')
     ORDER BY c.name = 'channel_id'`,
  )
  return z.array(z.object({ table: z.string(), column: z.string() })).parse(rows.all())
}

function moveStatement(table: string, column: string): string {
  const [value, where] = column === 'channel_id' ? ['new_channel', `ts = ''`] : ['new_ts', `ts = ${table}.${column}`]
  const matching = `FROM moves WHERE channel = ${table}.channel_id AND ${where}`
  return `UPDATE ${table} SET ${column} = (SELECT ${value} ${matching}) WHERE EXISTS (SELECT 1 ${matching})`
}

async function get(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

async function post(url: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${workspace.app.botToken}` }
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}
