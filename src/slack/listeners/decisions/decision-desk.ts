import type { Store } from '../../../db/open-store.ts'
import type { Logger } from '../../../log.ts'
import type { Audience } from '../../../decisions/audience.ts'
import type { Acted } from '../../../decisions/act-on-decision.ts'
import { waitingFor } from '../../../decisions/decide.ts'
import { type Decision, isSlackUser, nameDecision } from '../../../decisions/decision.ts'
import { type CardAddress, findDecision, listCards, rememberCard } from '../../../decisions/store.ts'
import { noteAbout, postOnce } from '../../delivery/post-once.ts'
import { readFailure } from '../../delivery/slack-failure.ts'
import type { Directory } from '../../directory.ts'
import type { Installation, Installations } from '../../installations.ts'
import { type CardView, renderCard } from '../../views/decisions/card.ts'
import { person } from '../../views/decisions/write-decision.ts'
import type { BlockStyle } from '../../views/rendered.ts'

export interface DeskDeps {
  store: Store
  installations: Installations
  directory: Directory
  style: BlockStyle
  /** Where people look at code, such as https://github.com. */
  codeOrigin: string
  log: Logger
  now: () => number
}

/** Who acts, and where they do it; no channel on the Home tab. */
export interface Actor {
  teamId: string
  userId: string
  channelId: string
}

/** What came of an act: why it was refused, or how it is shown, which may take Slack's time. */
export type Carried = { refused: string } | { show: () => Promise<void> }

/** Who would read what is shown to somebody in a place that only they see: who is no member sees what the channels they are in show. */
export async function audienceOf({ directory }: DeskDeps, { teamId, channelId, userId }: Actor): Promise<Audience> {
  const { standing } = await directory.person(teamId, userId)
  const shared = channelId !== '' && (await directory.channel(teamId, channelId, 0)).shared
  const here = { teamId, channelId, shared: shared || standing !== 'member' }
  if (standing === 'member') await directory.confirmOpen(teamId)
  if (standing === 'member') return { ...here, readerId: userId }
  return standing === 'guest' && !shared ? { ...here, alsoIn: await directory.channelsOf(teamId, userId) } : here
}

/** Shows a decision where it was recorded, as a message that will change with it. */
export async function postCard(deps: DeskDeps, decision: Decision): Promise<void> {
  const { teamId, channelId, threadTs } = decision
  const installation = await deps.installations.find(teamId)
  if (!installation) return
  const shown = renderCard(decision, await viewFor(deps, installation, decision))
  const mark = { event_type: 'architect_decision', event_payload: { decision_id: decision.id } }
  const ts = await postOnce(installation, { channelId, threadTs }, shown, mark)
  await rememberCard(deps.store, { teamId, channelId, ts }, decision)
  const now = await findNewer(deps, decision)
  if (now) await refreshCards(deps, { decision: now, alsoChanged: [] })
}

/** What somebody has made of a decision while Slack was shown it. */
async function findNewer(
  { store }: DeskDeps,
  { id, teamId, channelId, version }: Decision,
): Promise<Decision | undefined> {
  const now = await findDecision(store, { teamId, channelId, shared: false }, id)
  return now && now.version > version ? now : undefined
}

/** Brings every message that shows one of these decisions up to date; one that cannot be changed any more stays. */
export async function refreshCards(deps: DeskDeps, acted: Exclude<Acted, { refused: string }>): Promise<void> {
  for (const decision of [acted.decision, ...acted.alsoChanged]) {
    const installation = await deps.installations.find(decision.teamId)
    for (const card of installation ? await listCards(deps.store, decision.id) : [])
      if (installation) await refreshCard(deps, installation, card, decision)
  }
}

async function refreshCard(
  deps: DeskDeps,
  installation: Installation,
  card: CardAddress,
  decision: Decision,
): Promise<void> {
  try {
    const shown = renderCard(decision, await viewFor(deps, installation, decision))
    await installation.clients.background.chat.update({ channel: card.channelId, ts: card.ts, ...shown })
    await rememberCard(deps.store, card, decision)
    // Slack may have shown their change first.
    const now = await findNewer(deps, decision)
    if (now) await refreshCard(deps, installation, card, now)
  } catch (error) {
    if (!readFailure(error)) throw error
    deps.log.warn({ err: error, decision: decision.id }, 'card not updated')
  }
}

/** Says in the decision's thread what has become of it, where somebody has to know. */
export async function announce(deps: DeskDeps, before: Decision | undefined, decision: Decision): Promise<void> {
  const gone = decision.status === 'proposed' ? await listGone(deps, decision) : []
  const text = describeChange(before, decision, gone)
  const [card] = await listCards(deps.store, decision.id)
  const threadTs = decision.threadTs ?? card?.ts
  const installation = await deps.installations.find(decision.teamId)
  if (!text || !threadTs || !installation) return
  await postOnce(installation, { channelId: decision.channelId, threadTs }, { text }, noteAbout('decision'))
}

function describeChange(before: Decision | undefined, decision: Decision, gone: readonly string[]): string | undefined {
  if (before?.status === decision.status) return describeDropped(before, decision)
  const name = nameDecision(decision)
  switch (decision.status) {
    case 'proposed':
      return `${name} is proposed. ${waitingFor(decision)
        .filter((decider) => !gone.includes(decider))
        .map(person)
        .join(', ')}: please approve or object on its card. Saying nothing is not consent.`
    case 'accepted':
      return `${name} is accepted. It does not change any more; what comes later is an amendment or a new decision.`
    case 'rejected':
    case 'deprecated':
    case 'superseded':
    case 'withdrawn':
      return `${name === 'draft' ? 'The draft' : name} is ${decision.status}.`
    case 'draft':
      return undefined
  }
}

/** An edit takes all words back, but a no must not go unseen because its speaker is named no more. */
function describeDropped(before: Decision, decision: Decision): string | undefined {
  const dropped = before.votes.filter(({ userId, approves }) => !approves && !decision.body.deciders.includes(userId))
  if (dropped.length === 0) return undefined
  const who = dropped.map(({ userId }) => person(userId)).join(', ')
  return `${nameDecision(decision)} was edited: ${who} objected to it and is not named to decide on it any more.`
}

/** How a decision is shown in a workspace, by who is still there. */
export async function viewFor(deps: DeskDeps, { ownOrigins }: Installation, decision: Decision): Promise<CardView> {
  const { style, codeOrigin } = deps
  const gone = decision.status === 'proposed' ? await listGone(deps, decision) : []
  return { style, seenUrls: [codeOrigin, ...ownOrigins], gone }
}

/** Who is named to decide and was deactivated since, as Slack said it at most `freshMs` ago; without, some time ago. */
export async function listGone(
  { directory }: DeskDeps,
  { teamId, body }: Decision,
  freshMs?: number,
): Promise<string[]> {
  const people = await Promise.all(
    body.deciders.filter(isSlackUser).map((decider) => directory.person(teamId, decider, freshMs)),
  )
  return people.filter(({ standing }) => standing === 'gone').map(({ userId }) => userId)
}
