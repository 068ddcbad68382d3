import { takeNameNotes } from '../access/repository-notes.ts'
import type { Standing } from '../access/standing.ts'
import type { Material } from '../agent/prompt.ts'
import type { TurnEnding } from '../db/schema.ts'
import { answerFromFacts } from './answer-from-facts.ts'
import type { Turn } from './claim-turn.ts'
import type { ChannelFacts, TurnDeps } from './deps.ts'
import { gatherEvidence } from './gather-evidence.ts'
import type { TurnHold } from './hold-turn.ts'
import { loadTurn, type TurnInput } from './load-turn.ts'
import { openThreadCode, type ThreadCode } from './open-thread-code.ts'
import { planTurn, type TurnPlan } from './plan.ts'
import { type CodeEvidence, readFindings } from './read-findings.ts'
import { draftRecord, findRecordWish } from './draft-record.ts'
import { draftReview, findWish } from './draft-review.ts'
import { renderDocuments } from './render-documents.ts'
import { findingsTitle, renderFindings } from './render-findings.ts'
import { type HistoryShown, seedThread } from './seed-thread.ts'
import { notices, statuses, unreadable } from './sentences.ts'
import { addCost } from './spend.ts'
import { readMemory, summariseThread } from './summarise-thread.ts'
import { createThreadSearch } from './thread-search.ts'
import { listPeople, type Names, plainWords, renderMessages, renderPast, renderQuestion } from './transcript.ts'
import type { UsageTotal } from './usage-total.ts'
import type { Speech } from './voice.ts'
import { isoDay } from '../lib/iso-day.ts'

/** Beside linked code, general advice is given only when the question clearly asks for it. */
const aboutMoreThanTheLink = 4

const noEvidence: CodeEvidence = { findings: [], texts: new Map() }

/** What a turn has come to, ready to be said and kept. */
export interface Draft {
  answer: string
  ending: TurnEnding
  usage: UsageTotal
}

export interface TurnWork {
  input: TurnInput
  plan: TurnPlan
  channel: ChannelFacts
  /** Who may hear of what other channels know: nobody, where the channel is shared or an asker is no member of the workspace. */
  audience: { teamId: string; channelId: string; shared: boolean }
  names: Names
  historyShown: HistoryShown
}

/** A turn whose answer is being worked out. */
export interface Drafting {
  deps: TurnDeps
  hold: TurnHold
  work: TurnWork
  speech: Speech
  /** What the turn's model calls have used so far, earlier attempts included. */
  usage: UsageTotal
}

/** How old what Slack said of the channel may be: one that became shared must not hear what a private one may. */
const channelFreshMs = 10_000

/** Gathers what a turn depends on and decides what it does; says nothing. */
export async function prepareTurn(deps: TurnDeps, hold: TurnHold): Promise<TurnWork> {
  const { turn } = hold
  const historyShown = await seedThread(deps, turn)
  const input = await loadTurn(deps.store, turn)
  const { teamId, channelId } = turn
  const channel = await deps.workplace.channel(teamId, channelId, channelFreshMs)
  const askers = await readAskers(deps, turn, input.rows)
  const isForeign = ({ authorId }: { authorId: string }) => askers.get(authorId) === 'foreign'
  // What somebody of another company asks for is not done, also when it comes along with a question of ours.
  const own = {
    rows: input.rows.filter((row) => !isForeign(row)),
    addressed: input.addressed.filter((message) => !isForeign(message)),
  }
  const plan = planTurn({
    askers: input.rows.map(({ authorId }) => askers.get(authorId) ?? 'unknown'),
    hasModel: deps.claude !== undefined,
    leftTodayUsd: (await deps.budget.account(teamId)).leftUsd,
    review: findWish(own, deps.reviewer),
    record: findRecordWish(own, deps.recorder),
  })
  const everyMessage = [...input.past.flatMap(({ messages }) => messages), ...input.newMessages]
  const ids = [...listPeople(everyMessage), ...input.rows.map((row) => row.authorId)]
  const names = new Map(
    await Promise.all([...new Set(ids)].map(async (id) => [id, await deps.workplace.personName(teamId, id)] as const)),
  )
  const shared = channel.shared || [...askers.values()].some((standing) => standing !== 'member')
  return { input, plan, channel, audience: { teamId, channelId, shared }, names, historyShown }
}

/** What everybody is who asks; the event itself says who is of another company, also where Slack does not say more. */
async function readAskers(
  { workplace }: TurnDeps,
  { teamId }: Turn,
  rows: TurnInput['rows'],
): Promise<ReadonlyMap<string, Standing>> {
  const standingOf = async ({ authorId, foreignAuthor }: TurnInput['rows'][number]) =>
    foreignAuthor ? ('foreign' as const) : workplace.standing(teamId, authorId)
  return new Map(await Promise.all(rows.map(async (row) => [row.authorId, await standingOf(row)] as const)))
}

/** Works out the answer of a turn that has none yet, saying it as it comes. */
export async function draftAnswer(drafting: Drafting, signal: AbortSignal): Promise<Draft> {
  const { deps, hold, work, speech, usage } = drafting
  const { plan, input } = work
  signal.throwIfAborted()
  if (plan.act === 'review') return draftReview(drafting, plan.wish, signal)
  if (plan.act === 'record') return draftRecord(drafting, plan.wish, signal)
  if (plan.act === 'refuse') return refuse(plan.sentence, usage)
  // The newest come first: where only so many links or words are looked at, they are those of the question.
  const asked = input.asked
    .map((message) => message.text)
    .toReversed()
    .join('\n')
  const links = deps.code.findLinks(asked).length
  if (links > 0) speech.status(statuses.links(links))
  const request = { text: asked, shared: work.channel.shared }
  const code = await openThreadCode(deps, hold.turn, request, signal)
  const reminder = await remind(drafting, asked)
  const evidence = plan.using === 'model' ? await evidenceFor(drafting, code, signal) : noEvidence
  const documents = renderDocuments(code.opened, code.repositories, evidence && renderFindings(evidence.findings))
  await hold.save({ linkedText: documents.text })
  const draft =
    plan.using === 'model'
      ? await draftWithModel(drafting, { ...code, text: documents.text, texts: evidence?.texts ?? new Map() }, signal)
      : await draftFromFacts(drafting, code, plan.because, signal)
  const names = code.repositories.map(({ fullName }) => fullName)
  const leftOut = [
    ...(await takeNameNotes(deps.store, hold.turn, names)),
    ...documents.leftOut,
    ...describeHistory(work),
    ...(evidence ? [] : [unreadable.findings]),
    ...draft.ending.leftOut,
  ]
  return {
    ...draft,
    answer: `${reminder}${draft.answer}`,
    ending: { ...draft.ending, leftOut, sources: [...documents.sources, ...draft.ending.sources] },
  }
}

function describeHistory({ historyShown, input: { unshown } }: TurnWork): string[] {
  const shown = { whole: [], part: [unreadable.laterHistory], none: [unreadable.history] }
  return [...shown[historyShown], ...(unshown > 0 ? [unreadable.middle(unshown)] : [])]
}

/** Says first what was decided against that the question argues for. */
async function remind({ deps, hold, work, speech }: Drafting, asked: string): Promise<string> {
  const { turn } = hold
  const reminders = await deps.decisions.remindOnce(work.audience, turn.threadTs, asked, turn.createdAt)
  if (reminders.length === 0) return ''
  const text = `${reminders.map((line) => `- ${line}`).join('\n')}\n\n`
  await speech.append(text)
  return text
}

/** What the rules find in what was just linked, or in the thread's code where the thread has not been given it yet. */
function evidenceFor(
  { deps, work: { input } }: Drafting,
  code: ThreadCode,
  signal: AbortSignal,
): Promise<CodeEvidence | undefined> | CodeEvidence {
  const isLinked = code.opened.some(({ kind }) => kind !== 'unread')
  const isKnown = input.past.some(({ turn }) => turn.linkedText?.includes(findingsTitle))
  return isLinked || !isKnown ? gatherEvidence(deps, code, questionOf(input), signal) : noEvidence
}

async function draftWithModel(
  drafting: Drafting,
  code: ThreadCode & { text: string | null; texts: CodeEvidence['texts'] },
  signal: AbortSignal,
): Promise<Draft> {
  const { deps, hold, work, speech, usage } = drafting
  const { turn } = hold
  const { input, channel, audience, names } = work
  if (!deps.claude) throw new Error('planned to ask a model that is not there')
  speech.status(statuses.thinking)
  const thread = input.thread ?? { ...turn, summary: null }
  const relevant = await deps.decisions.findRelevant(audience, questionOf(input))
  // A parser among them: without a key none of this is loaded.
  const { answerWithModel } = await import('./answer-with-model.ts')
  const { outcome, answer, notice, sources, checks } = await answerWithModel(
    {
      claude: deps.claude,
      modelName: deps.modelName,
      persona: deps.prompts.persona,
      workspace: [
        { title: 'Where this is', text: channel.name ? `#${channel.name} (${channel.kind})` : channel.kind },
        ...toMaterial('Decisions of this team, by number', await deps.decisions.index(audience)),
      ],
      memory: await readMemory(deps.store, thread),
      // Private code that was read before the channel was shared stays out of it.
      past: renderPast(channel.shared ? input.past.map(withoutCode) : input.past, names),
      question: renderQuestion({ messages: input.newMessages, linkedText: code.text }, names),
      volatile: [
        ...(channel.shared ? [] : await recallReview(deps, turn)),
        ...toMaterial('Decisions that may speak of this', relevant.join('\n')),
        ...aboutEarlier(input, names),
        { title: 'Now', text: describeNow(turn.createdAt, input, names) },
      ],
      code: deps.code,
      repositories: code.repositories,
      texts: code.texts,
      registry: deps.registry,
      threads: createThreadSearch(deps, { ...audience, turnId: turn.id }),
      failed: (reason) => deps.log.warn({ turn: turn.id, ...reason }, 'the model gave no whole answer'),
      checkFailed: (error) => deps.log.warn({ err: error, turn: turn.id }, 'a part of an answer was not checked'),
      noteUsage: () => hold.save(usage.columns),
      payer: await deps.budget.account(turn.teamId),
      signal,
    },
    speech,
    usage,
  )
  if (outcome === 'unpaid') return draftFromFacts(drafting, code, 'budget', signal)
  const ending = { outcome, ...(notice && { notice }), offerRetry: outcome === 'failed', sources, leftOut: checks }
  return { answer, ending, usage }
}

async function draftFromFacts(
  { deps, hold, work, speech, usage }: Drafting,
  code: ThreadCode,
  because: 'no-key' | 'budget',
  signal: AbortSignal,
): Promise<Draft> {
  const { turn } = hold
  const { input, audience } = work
  speech.status(statuses.looking)
  const question = questionOf(input)
  const search = createThreadSearch(deps, { ...audience, turnId: turn.id })
  const first = input.past.length === 0
  const { findings } = await readFindings(deps.code, deps.analyst, code, question, signal)
  const playbooks = deps.playbooks
    .search(question)
    .filter(({ score }) => code.opened.length === 0 || score >= aboutMoreThanTheLink)
  const aboutAll = code.opened.some((each) => each.kind === 'folder' && each.path === '')
  const nothingElse = playbooks.length === 0 && findings.length === 0 && code.opened.length === 0
  const answer = answerFromFacts({
    explainKey: because === 'no-key' && first,
    opened: code.opened,
    // What a repository is made of is said when it is linked; again only when nothing else is to the point.
    repositories: nothingElse ? code.repositories : aboutAll ? code.newlyLinked : [],
    findings,
    playbooks,
    earlier: await search.findElsewhere(question, turn.threadTs),
    decisions: await deps.decisions.findRelevant(audience, question),
  })
  await speech.append(answer)
  const notice = because === 'budget' ? { notice: notices.overBudget(deps.budget.limitUsd) } : {}
  const ending = { outcome: 'facts' as const, ...notice, offerRetry: false, sources: [], leftOut: [] }
  return { answer, ending, usage }
}

function refuse(sentence: string, usage: UsageTotal): Draft {
  const ending = { outcome: 'refused' as const, offerRetry: false, sources: [], leftOut: [] }
  return { answer: sentence, ending, usage }
}

const questionOf = ({ asked }: TurnInput) => plainWords(asked.toReversed())

const toMaterial = (title: string, text: string): Material[] => (text === '' ? [] : [{ title, text }])

async function recallReview({ reviewer }: TurnDeps, thread: Turn): Promise<Material[]> {
  const text = await reviewer.recall(thread)
  return text === undefined ? [] : [{ title: 'The last review in this thread', text }]
}

function withoutCode(past: TurnInput['past'][number]): TurnInput['past'][number] {
  return { ...past, turn: { ...past.turn, linkedText: null } }
}

/** What a repeated question or a shortcut is about, where the thread has shown it before. */
function aboutEarlier({ asked, newMessages }: TurnInput, names: Names): Material[] {
  const earlier = asked.filter((message) => !newMessages.includes(message))
  return earlier.length === 0 ? [] : [{ title: 'Asked about', text: renderMessages(earlier, names) }]
}

function describeNow(createdAt: number, { rows }: TurnInput, names: Names): string {
  const askers = [...new Set(rows.map((row) => names.get(row.authorId) ?? row.authorId))]
  return `${isoDay(createdAt)}; asked by ${askers.join(' and ')}`
}

/** After an answer: shortens the thread's history where it has grown too long. Failing at that costs nothing but money. */
export async function tidyThread(deps: TurnDeps, hold: TurnHold, names: Names, signal: AbortSignal): Promise<void> {
  const input = await loadTurn(deps.store, hold.turn)
  if (!input.thread) return
  const spent = await summariseThread(deps, input.thread, input.past, names, signal)
  if (!spent) return
  await addCost(deps.store, hold.turn.id, spent.costUsd)
  deps.log.info({ turn: hold.turn.id, ...spent }, 'thread summarised')
}
