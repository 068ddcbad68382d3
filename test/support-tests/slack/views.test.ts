import type { types } from '@slack/bolt'
import { expect, test } from 'vitest'
import { answerOf, connectClient, useSlack } from './clients.ts'

const modal = (over: Partial<types.ModalView> = {}): types.ModalView => ({
  type: 'modal',
  callback_id: 'decision',
  title: { type: 'plain_text', text: 'Decision' },
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Hello' } }],
  ...over,
})

const field = {
  type: 'input',
  block_id: 'title',
  label: { type: 'plain_text', text: 'Title' },
  element: { type: 'plain_text_input', action_id: 'value' },
} as const

async function setUp() {
  const slack = await useSlack({ ackTimeoutMs: 20 })
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  // Nobody acknowledges: the trigger is what these tests need.
  const trigger = async () => (await ana.runs('/arch', '', channel)).triggerId
  return { slack, ana, trigger, client: connectClient(slack) }
}

const refused: [string, unknown][] = [
  ['no title', { ...modal(), title: undefined }],
  ['a title over 24 characters', modal({ title: { type: 'plain_text', text: 'x'.repeat(25) } })],
  ['a submit button over 24 characters', modal({ submit: { type: 'plain_text', text: 'x'.repeat(25) } })],
  ['inputs without a submit button', modal({ blocks: [field] })],
  ['private metadata over 3,000 characters', modal({ private_metadata: 'x'.repeat(3001) })],
  ['a callback_id over 255 characters', modal({ callback_id: 'x'.repeat(256) })],
  ['no blocks', { ...modal(), blocks: undefined }],
  ['a property it does not know', { ...modal(), color: 'red' }],
]

test.each(refused)('views.open refuses a modal with %s', async (_, view) => {
  const { client, trigger } = await setUp()
  const call = client.apiCall('views.open', { trigger_id: await trigger(), view: JSON.stringify(view) })
  expect(await answerOf(call)).toBe('invalid_arguments')
})

test('a view over 250 kB is refused', async () => {
  const { client, trigger } = await setUp()
  const block = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2900) } } as const
  const view = modal({ blocks: Array.from({ length: 90 }, () => block) })
  expect(await answerOf(client.views.open({ trigger_id: await trigger(), view }))).toBe('view_too_large')
})

test('a trigger opens one view, within three seconds', async () => {
  const { slack, ana, client, trigger } = await setUp()
  const first = await trigger()
  const open = (id: string) => answerOf(client.views.open({ trigger_id: id, view: modal() }))
  expect(await open('1.2.3')).toBe('invalid_trigger_id')
  expect(await open(first)).toBe('ok')
  expect(await open(first)).toBe('exchanged_trigger_id')
  const late = await trigger()
  slack.advance(3100)
  expect(await open(late)).toBe('expired_trigger_id')
  expect(slack.views(ana)).toHaveLength(1)
})

test('an update needs the newest hash', async () => {
  const { slack, ana, client, trigger } = await setUp()
  const { view } = await client.views.open({ trigger_id: await trigger(), view: modal() })
  const target = { view_id: view?.id ?? '', hash: view?.hash ?? '' }
  const changed = modal({ blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Changed' } }] })
  expect(await answerOf(client.views.update({ ...target, view: changed }))).toBe('ok')
  expect(await answerOf(client.views.update({ ...target, view: changed }))).toBe('hash_conflict')
  expect(await answerOf(client.views.update({ view_id: 'V1', view: changed }))).toBe('not_found')
  expect(slack.textOf(slack.views(ana)[0]!)).toBe('Changed')
})

test('three modals may lie on each other', async () => {
  const { client, trigger } = await setUp()
  await client.views.open({ trigger_id: await trigger(), view: modal() })
  const push = async () => answerOf(client.views.push({ trigger_id: await trigger(), view: modal() }))
  expect([await push(), await push(), await push()]).toEqual(['ok', 'ok', 'push_limit_reached'])
})

test('a home tab is published for one person and shows its text', async () => {
  const { slack, ana, client } = await setUp()
  const home = { type: 'home', blocks: modal().blocks } as const
  expect(slack.home(ana)).toBeUndefined()
  await client.views.publish({ user_id: ana.id, view: home })
  expect(slack.textOf(slack.home(ana)!)).toBe('Hello')
  expect(await answerOf(client.views.publish({ user_id: 'U1', view: home }))).toBe('user_not_found')
  expect(await answerOf(client.apiCall('views.publish', { user_id: ana.id, view: modal() }))).toBe('invalid_arguments')
})

test('a person cannot fill what the form does not have, nor leave out what it needs', async () => {
  const { slack, ana, client, trigger } = await setUp()
  const submit = { type: 'plain_text', text: 'Save' } as const
  await client.views.open({ trigger_id: await trigger(), view: modal({ submit, blocks: [field] }) })
  const view = slack.views(ana)[0]!
  await expect(ana.submits(view, { other: 'x' })).rejects.toThrow('no input other')
  await expect(ana.submits(view, {})).rejects.toThrow('title must be filled')
})
