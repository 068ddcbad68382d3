import type { Block, Message, View } from './world.ts'

/** The blocks a person sees in a message or view, streamed ones first. */
export function visibleBlocks(shown: Message | View): Block[] {
  if ('content' in shown) return shown.content.blocks
  const streamed = shown.stream?.parts.flatMap((part) => (part.kind === 'blocks' ? part.blocks : [])) ?? []
  return [...streamed, ...shown.blocks]
}
