import type { Args } from '../args.ts'
import type { Core } from '../core.ts'
import type { Installation, Json, World } from '../world.ts'

/** One Web API call by the bot: who calls what, with which arguments. */
export interface Call {
  method: string
  args: Args
  core: Core
  world: World
  installation: Installation
  nowMs: number
}

/** Answers with the fields besides `ok`; throws Refusal for `ok: false`. */
export type WebMethod = (call: Call) => Json
