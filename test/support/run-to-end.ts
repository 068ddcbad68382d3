import type { Interaction } from './slack/interact.ts'
import type { Person } from './slack/person.ts'
import type { Channel } from './slack/world.ts'
import type { Scene } from './start-scene.ts'

/** Runs `/architect` to its last word: an answer that takes longer follows the first one. */
export async function runToEnd(
  { slack }: Pick<Scene, 'slack'>,
  person: Person,
  text: string,
  channel: Channel,
): Promise<Interaction> {
  const ran = await person.runs('/architect', text, channel)
  await slack.waitFor(() => ran.shown.some((message) => !message.text?.startsWith('Looking')))
  return ran
}
