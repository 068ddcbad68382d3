import type { Delivery } from './delivery.ts'
import type { ResponseUrls } from './response-urls.ts'
import type { Settings } from './settings.ts'
import type { Triggers } from './triggers.ts'
import type { World } from './world.ts'

/** What every part of the stand-in works on: the state a person sees and the way out to the bot. */
export interface Core {
  settings: Settings
  world: World
  delivery: Delivery
  triggers: Triggers
  responseUrls: ResponseUrls
  /** Where the stand-in listens, without a trailing slash. */
  baseUrl: string
}
