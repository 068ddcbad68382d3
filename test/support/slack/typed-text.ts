import { escapeText } from './escape.ts'
import type { World } from './world.ts'

/** What a person typed, as Slack stores it: `@name` and `#channel` become references when they exist. */
export function encodeTyped(world: World, typed: string): string {
  return escapeText(typed)
    .replaceAll(/(?<![\w<])@([\w.-]+)/g, (whole, name: string) => {
      const id = [...world.users.values()].find((user) => user.name === name)?.id
      return id === undefined ? whole : `<@${id}>`
    })
    .replaceAll(/(?<![\w<&])#([\w-]+)/g, (whole, name: string) => {
      const id = [...world.channels.values()].find((channel) => channel.name === name)?.id
      return id === undefined ? whole : `<#${id}|${name}>`
    })
}
