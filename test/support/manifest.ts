import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'

const shape = z.object({
  features: z.object({
    agent_view: z.object({
      agent_description: z.string().max(300),
      suggested_prompts: z.array(z.object({ title: z.string(), message: z.string() })).max(4),
    }),
    slash_commands: z.array(z.object({ command: z.string() })),
    shortcuts: z.array(z.object({ callback_id: z.string(), type: z.literal('message') })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
})

/** The manifest people install the app with. */
export const manifest = shape.parse(parse(readFileSync(join(import.meta.dirname, '../../manifest.yml'), 'utf8')))

export const manifestScopes = manifest.oauth_config.scopes.bot
export const manifestEvents = manifest.settings.event_subscriptions.bot_events
