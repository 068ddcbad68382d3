import type { Person } from './slack/person.ts'
import type { Channel, Message } from './slack/world.ts'
import type { Scene } from './start-scene.ts'

/** Fills in the form of `/architect decide` and gives the card that shows the draft. */
export async function draftByForm(
  { slack }: Scene,
  person: Person,
  channel: Channel,
  values: Record<string, string | string[]>,
): Promise<Message> {
  const before = slack.channelMessages(channel).length
  await person.runs('/architect', `decide ${String(values.title)}`, channel)
  const form = await slack.waitFor(() => slack.views(person).at(-1))
  await person.submits(form, values)
  return slack.waitFor(() => slack.channelMessages(channel)[before])
}

/** Brings a decision to a proposal, and gives its card. */
export async function proposeByForm(
  scene: Scene,
  person: Person,
  channel: Channel,
  values: Record<string, string | string[]>,
): Promise<() => Message> {
  const { slack } = scene
  const card = await draftByForm(scene, person, channel, values)
  const now = () => slack.channelMessages(channel).find(({ ts }) => ts === card.ts) ?? card
  await person.clicks(card, 'decision_propose')
  await slack.waitFor(() => slack.textOf(now()).includes('proposed'))
  return now
}

/** Brings a decision to its acceptance by one person, and gives its card. */
export async function decideByForm(
  scene: Scene,
  person: Person,
  channel: Channel,
  values: Record<string, string>,
): Promise<() => Message> {
  const now = await proposeByForm(scene, person, channel, values)
  await person.clicks(now(), 'decision_approve')
  await scene.slack.waitFor(() => scene.slack.textOf(now()).includes('accepted'))
  return now
}
