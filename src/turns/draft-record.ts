import { asc } from 'drizzle-orm'
import { promptTokens } from '../claude/usage.ts'
import { messages } from '../db/schema.ts'
import { inThread } from './in-thread.ts'
import type { Draft, Drafting } from './answer-turn.ts'
import { architectId } from './inbound.ts'
import type { TurnInput } from './load-turn.ts'
import { openThreadCode } from './open-thread-code.ts'
import type { RecordedLine, RecordedMessage, Recorder } from './recorder.ts'
import { statuses } from './sentences.ts'

/** What the newest messages want recorded; the shortcut asks for the thread as it is. */
export function findRecordWish(
  { rows, addressed }: Pick<TurnInput, 'rows' | 'addressed'>,
  recorder: Recorder,
): string | undefined {
  if (rows.some(({ kind }) => kind === 'record')) return ''
  return addressed.map(({ text }) => recorder.readWish(text)).findLast((wish) => wish !== undefined)
}

/** Works out what could be recorded of a thread; the person decides what becomes of it. */
export async function draftRecord(drafting: Drafting, wish: string, signal: AbortSignal): Promise<Draft> {
  const { deps, hold, speech, usage } = drafting
  const { turn } = hold
  speech.status(statuses.recording)
  const said = await listThread(drafting)
  const { answer, parts, outcome } = await deps.recorder.draft(
    {
      thread: turn,
      turnId: turn.id,
      wish,
      messages: said,
      code: await listLines(drafting, said, signal),
      payer: await deps.budget.account(turn.teamId),
    },
    async (model, used) => {
      if (promptTokens(used) === 0) return
      usage.add(model, used)
      await hold.save(usage.columns)
    },
    signal,
  )
  return { answer, ending: { outcome, parts, offerRetry: outcome === 'failed', sources: [], leftOut: [] }, usage }
}

const mostLines = 200

/** The lines that messages link to, as everybody who reads the channel may see them; whole files show no lines. */
async function listLines(
  { deps, hold, work }: Drafting,
  said: readonly RecordedMessage[],
  signal: AbortSignal,
): Promise<RecordedLine[]> {
  const text = said.map((message) => message.text).join('\n')
  if (deps.code.findLinks(text).length === 0) return []
  const { opened } = await openThreadCode(deps, hold.turn, { text, shared: work.channel.shared }, signal)
  return opened
    .flatMap((file) => {
      if (file.kind !== 'file' || !file.lines) return []
      const { path, lines, url } = file
      return file.text
        .split('\n')
        .slice(lines.start - 1, lines.end)
        .map((row, index) => {
          const line = lines.start + index
          return { place: `${path}:${line}`, text: row, link: `${url.replace(/#.*$/, '')}#L${line}` }
        })
    })
    .slice(0, mostLines)
}

/** The whole thread as the database knows it, each message with its link. */
async function listThread({ deps, hold, work }: Drafting): Promise<RecordedMessage[]> {
  const { turn } = hold
  const rows = await deps.store.read.select().from(messages).where(inThread(messages, turn)).orderBy(asc(messages.ts))
  const root = await deps.workplace.permalink({ ...turn, ts: turn.threadTs })
  const names = async (id: string) =>
    work.names.get(id) ?? (id === architectId ? 'Architect' : await deps.workplace.personName(turn.teamId, id))
  return Promise.all(
    rows.map(async ({ ts, authorId, fromArchitect, text }) => ({
      ts,
      authorId,
      authorName: await names(authorId),
      fromArchitect,
      text,
      link: root === undefined ? '' : linkTo(root, turn, ts),
    })),
  )
}

/** A reply's address from its root's: Slack builds both alike, which saves a call for each message. */
function linkTo(root: string, { channelId, threadTs }: { channelId: string; threadTs: string }, ts: string): string {
  if (ts === threadTs) return root
  const base = root.replace(/\/p\d+(?:\?.*)?$/, '')
  return `${base}/p${ts.replace('.', '')}?thread_ts=${threadTs}&cid=${channelId}`
}
