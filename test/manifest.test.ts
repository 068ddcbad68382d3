import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shortcutIds } from '../src/slack/views/action-ids.ts'
import { slashCommands } from '../src/slack/listeners/commands.ts'
import { botScopes } from '../src/slack/scopes.ts'
import { manifest, manifestEvents, manifestScopes } from './support/manifest.ts'
import { EVENT_SCOPES, METHOD_SCOPES } from './support/slack/scopes.ts'

const folder = join(import.meta.dirname, '../src/slack')
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n')

/** Events that come as `message.*` subscriptions are listened to as `message`. */
const listened = [
  ...source.matchAll(/app\.event\('([a-z_]+)'/g),
  ...(/storedEvents = new Set\(\[(.*)\]\)/.exec(source)?.[1] ?? '').matchAll(/'([a-z_]+)'/g),
].flatMap((match) => match[1] ?? [])

/** What the SDK's one call for uploads does. */
const uploads = source.includes('.filesUploadV2(') ? ['files.getUploadURLExternal', 'files.completeUploadExternal'] : []
const called = Object.keys(METHOD_SCOPES).filter(
  (method) =>
    uploads.includes(method) || new RegExp(String.raw`\.${method.replaceAll('.', String.raw`\.`)}\(`).test(source),
)

test('the manifest asks for exactly the scopes that the called methods, the events and the commands need', () => {
  const needed = new Set([
    'commands',
    ...called.flatMap((method) => {
      const { token, anyOf, byKind } = METHOD_SCOPES[method] ?? { token: 'none', anyOf: [] }
      if (token !== 'bot') return []
      return byKind ? Object.values(byKind) : anyOf
    }),
    ...manifestEvents.flatMap((event) => EVENT_SCOPES[event] ?? []),
  ])
  expect(called).toContain('chat.startStream')
  expect(manifestScopes.toSorted()).toEqual([...needed].toSorted())
})

test('an installation through OAuth asks for the same scopes', () => {
  expect(botScopes).toEqual(manifestScopes)
})

test('every subscribed event is listened to, and every listened event is subscribed', () => {
  const subscribed = new Set(manifestEvents.map((event) => event.replace(/^message\..*/, 'message')))
  expect([...subscribed].toSorted()).toEqual([...new Set(listened)].toSorted())
})

test('every slash command and shortcut has its listener, and no other has', () => {
  const { slash_commands, shortcuts } = manifest.features
  expect(slash_commands.map(({ command }) => command).toSorted()).toEqual(slashCommands.toSorted())
  expect(shortcuts.map((shortcut) => shortcut.callback_id)).toEqual(Object.values(shortcutIds))
})
