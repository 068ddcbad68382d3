import { expect, test } from 'vitest'
import { decideByForm, proposeByForm } from '../support/decide-by-form.ts'
import { runToEnd } from '../support/run-to-end.ts'
import type { Person } from '../support/slack/person.ts'
import type { Message, View } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

test('details below a form show what the form has changed', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const card = await decideByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7' })
  await dana.clicks(card(), 'decision_details')
  await dana.clicks(await formOf(scene, dana, 'decision_view'), 'decision_amend')
  await dana.submits(await formOf(scene, dana, 'decision_note'), { note: 'From version 12 on.' })
  const seen = () =>
    slack
      .views(dana)
      .map((view) => slack.textOf(view))
      .join('\n')
  await slack.waitFor(() => seen().includes('From version 12 on.'))
  expect(seen()).toContain('amended')
})

test('a reaction counts for what the card shows, not for what was changed behind it', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  await dana.runs('/architect', 'channel reactions on', orders)
  const card = await proposeByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [ben.id] })
  slack.fail('chat.update', { error: 'internal_error' })
  await dana.clicks(card(), 'decision_edit')
  await dana.submits(await formOf(scene, dana, 'decision_form'), { option: 'ULID' })
  await slack.settled()
  ben.reacts(orders, card().ts, 'white_check_mark')
  const told = await slack.waitFor(() => slack.ephemerals(ben)[0])
  expect(slack.textOf(told)).toContain('has just changed ADR-1')
  expect(slack.textOf(card())).toContain('proposed')
})

test('of two people who press at once the card shows both, whichever Slack shows last', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  const values = { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [dana.id, ben.id] }
  const card = await proposeByForm(scene, dana, orders, values)
  const slow = Promise.withResolvers<void>()
  slack.fail('chat.update', { until: slow.promise })
  const first = card()
  await dana.clicks(first, 'decision_approve')
  await ben.clicks(first, 'decision_approve')
  await slack.waitFor(() => slack.textOf(card()).includes('accepted'))
  slow.resolve()
  await slack.settled()
  await slack.waitFor(() => slack.textOf(card()).includes('accepted'))
  expect(slack.textOf(card())).not.toContain('proposed')
})

test('a card that was not brought up to date is when somebody presses on it', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const card = await proposeByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7' })
  slack.fail('chat.update', { error: 'internal_error' })
  await dana.clicks(card(), 'decision_approve')
  await slack.waitFor(() =>
    slack.thread(orders, card().ts).some((message) => slack.textOf(message).includes('accepted')),
  )
  expect(slack.textOf(card())).toContain('proposed')
  await dana.clicks(card(), 'decision_approve')
  await slack.waitFor(() => slack.textOf(card()).includes('accepted'))
})

test('an edit that takes away who objected is told in the thread', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  const values = { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [dana.id, ben.id] }
  const card = await proposeByForm(scene, dana, orders, values)
  await ben.clicks(card(), 'decision_reject')
  await ben.submits(await formOf(scene, ben, 'decision_note'), { note: 'Too long.' })
  await slack.waitFor(() => slack.textOf(card()).includes('Too long.'))
  await dana.clicks(card(), 'decision_edit')
  await dana.submits(await formOf(scene, dana, 'decision_form'), { deciders: [dana.id] })
  const words = 'objected to it and is not named'
  const thread = () =>
    slack
      .thread(orders, card().ts)
      .map((message) => slack.textOf(message))
      .join('\n')
  await slack.waitFor(() => thread().includes(words))
  expect(thread()).toContain(`ben ${words}`)
})

test('nobody waits for somebody who has left the workspace', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const gone = slack.addUser({ name: 'gus' })
  orders.members.add(gone.id)
  const values = { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [dana.id, gone.id] }
  const card = await proposeByForm(scene, dana, orders, values)
  slack.deactivate(gone)
  await dana.clicks(card(), 'decision_approve')
  await slack.waitFor(() => slack.textOf(card()).includes('accepted'))
  expect(slack.textOf(card())).not.toContain('proposed')
})

test('a card says who is still waited for and who has left', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  const gone = slack.addUser({ name: 'gus' })
  orders.members.add(gone.id)
  const values = { title: 'Use UUIDv7', option: 'UUIDv7', deciders: [dana.id, ben.id, gone.id] }
  const card = await proposeByForm(scene, dana, orders, values)
  slack.deactivate(gone)
  await dana.clicks(card(), 'decision_approve')
  await slack.waitFor(() => slack.textOf(card()).includes('approves'))
  expect(slack.textOf(card())).toContain('Waiting for @ben. @gus left this workspace')
})

test('checks that a file gives as fields stand in the form as people write them', async () => {
  const file = [
    '---',
    'status: proposed',
    'checks:',
    '  - dependency: moment absent',
    '  - { kind: file, path: openapi.yaml, state: present }',
    '---',
    '# Drop moment',
    '',
    '## Context and Problem Statement',
    '',
    'It is not maintained.',
  ].join('\n')
  const commits = [{ message: 'Start', files: { 'docs/adr/0001-drop-moment.md': file } }]
  await using scene = await startScene({
    key: false,
    github: { repositories: [{ owner: 'acme', name: 'orders', commits }] },
  })
  const { slack, dana, orders } = scene
  const preview = await runToEnd(scene, dana, 'import acme/orders', orders)
  const imported = await dana.clicks(lastOf(preview.shown), 'import-decisions')
  await slack.waitFor(() => imported.shown.some((message) => slack.textOf(message).includes('1 decision imported')))
  const list = await runToEnd(scene, dana, 'decisions moment', orders)
  await dana.clicks(lastOf(list.shown), 'decision_details')
  await dana.clicks(await formOf(scene, dana, 'decision_view'), 'decision_edit')
  const form = JSON.stringify((await formOf(scene, dana, 'decision_form')).content)
  expect(form).toContain('dependency moment absent\\nfile openapi.yaml present')
})

function formOf({ slack }: Scene, person: Person, callbackId: string): Promise<View> {
  return slack.waitFor(() => slack.views(person).find(({ content }) => content.callback_id === callbackId))
}

function lastOf(shown: readonly Message[]): Message {
  const last = shown.at(-1)
  if (!last) throw new Error('nothing was shown')
  return last
}
