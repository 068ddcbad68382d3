import { placeholders } from './load.ts'
import type { Workspace } from './open-workspace.ts'

/** The envelope of a mention as Slack sends it, with placeholders where every event differs. */
export function makeMentionTemplate({ slack, dana, orders }: Workspace): string {
  const text = `${slack.mention} what should we look at first when the orders service gets slow under load?`
  const elements = [
    { type: 'user', user_id: slack.botUserId },
    { type: 'text', text: text.slice(slack.mention.length) },
  ]
  const event = {
    user: dana.id,
    type: 'app_mention',
    ts: placeholders.ts,
    client_msg_id: '6c1f1c1e-0d3f-4f4e-9d0e-3f1f6f0a2b77',
    text,
    team: slack.team.id,
    blocks: [{ type: 'rich_text', block_id: 'bW1x', elements: [{ type: 'rich_text_section', elements }] }],
    channel: orders.id,
    event_ts: placeholders.ts,
  }
  return JSON.stringify({ ...slack.makeEnvelope(event, { channel: orders }), event_id: placeholders.id })
}
