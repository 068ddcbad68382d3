import * as z from 'zod'

/** The parts of an Events API request that decide where it goes; the event itself is read by its listener. */
const envelope = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event: z.looseObject({ type: z.string() }),
  authorizations: z.array(z.looseObject({ team_id: z.string().nullish(), user_id: z.string() })).optional(),
  is_ext_shared_channel: z.boolean().optional(),
})
export type EventEnvelope = z.infer<typeof envelope>

/** Reads an Events API request; undefined for commands, actions and anything else Slack sends. */
export function readEnvelope(body: unknown): EventEnvelope | undefined {
  const parsed = envelope.safeParse(body)
  return parsed.success ? parsed.data : undefined
}

/** The workspace the event was sent for: in a shared channel that is ours, not the author's. */
export function teamOf(event: EventEnvelope): string {
  return event.authorizations?.[0]?.team_id ?? event.team_id
}
