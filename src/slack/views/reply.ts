import type { Block, KnownBlock } from '@slack/web-api'

/** What only the person who ran a command sees. */
export interface Reply {
  text: string
  blocks?: (KnownBlock | Block)[]
}

/** A reply of words alone. */
export function say(text: string): Reply {
  return { text }
}
