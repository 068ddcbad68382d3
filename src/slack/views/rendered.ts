import type { Block, KnownBlock } from '@slack/web-api'

/** A message as Slack takes it: `text` is what notifications and screen readers get. */
export interface Rendered {
  text: string
  blocks: (KnownBlock | Block)[]
}

/** Which blocks a workspace can show: `classic` is for clients that know only sections, contexts and buttons. */
export type BlockStyle = 'modern' | 'classic'
