import { expect, test } from 'vitest'
import { decideByForm } from '../support/decide-by-form.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

test('a guest is shown the decisions of the channels they are in, and no others', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  const guest = slack.addUser({ name: 'gina', isGuest: true })
  orders.members.add(guest.id)
  const platform = slack.addChannel({ name: 'platform', members: [dana, ben] })
  await decideByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7' })
  await decideByForm(scene, dana, platform, { title: 'Buy Datadog', option: 'Datadog' })

  expect(await listedFor(scene, ben, orders)).toContain('Buy Datadog')
  const listed = await listedFor(scene, guest, orders)
  expect(listed).toContain('Use UUIDv7')
  expect(listed).not.toContain('Buy Datadog')
  expect(await homeOf(scene, guest)).toContain('Use UUIDv7')
  expect(await homeOf(scene, guest)).not.toContain('Buy Datadog')
  expect(await homeOf(scene, ben)).toContain('The last seven days')
  expect(await homeOf(scene, guest)).not.toContain('The last seven days')
  const dm = slack.openDm(guest)
  const asked = guest.says(dm, 'Which monitoring did we decide to buy, Datadog?')
  expect(slack.textOf(await slack.waitForReply(dm, asked))).not.toContain('Buy Datadog')

  platform.members.add(guest.id)
  expect(await listedFor(scene, guest, orders)).toContain('Buy Datadog')
})

test('while Slack does not say who somebody is, they are shown their own channel alone', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene
  const platform = slack.addChannel({ name: 'platform', members: [dana] })
  await decideByForm(scene, dana, orders, { title: 'Use UUIDv7', option: 'UUIDv7' })
  await decideByForm(scene, dana, platform, { title: 'Buy Datadog', option: 'Datadog' })
  const eve = slack.addUser({ name: 'eve' })
  orders.members.add(eve.id)
  slack.fail('users.info', { error: 'internal_error', times: 99 })
  const listed = await listedFor(scene, eve, orders)
  expect(listed).toContain('Use UUIDv7')
  expect(listed).not.toContain('Buy Datadog')
})

test('what a public channel decided is not told elsewhere once the channel is private', async () => {
  let later = 0
  await using scene = await startScene({ key: false, now: () => Date.now() + later })
  const { slack, dana, ben, orders } = scene
  const platform = slack.addChannel({ name: 'platform', members: [dana] })
  await decideByForm(scene, dana, platform, { title: 'Buy Datadog', option: 'Datadog' })
  expect(await listedFor(scene, ben, orders)).toContain('Buy Datadog')
  platform.kind = 'private'
  later = 90_000
  expect(await listedFor(scene, ben, orders)).not.toContain('Buy Datadog')
  expect(await homeOf(scene, ben)).not.toContain('Buy Datadog')
  const ts = ben.says(orders, `${slack.mention} Which monitoring did we decide to buy, Datadog?`)
  expect(slack.textOf(await slack.waitForReply(orders, ts))).not.toContain('Buy Datadog')
  platform.kind = 'public'
  later = 180_000
  expect(await listedFor(scene, ben, orders)).toContain('Buy Datadog')
  slack.fail('conversations.list', { error: 'internal_error' })
  later = 270_000
  expect(await listedFor(scene, ben, orders)).not.toContain('Buy Datadog')
})

async function listedFor({ slack }: Scene, person: Person, channel: Channel): Promise<string> {
  const interaction = await person.runs('/architect', 'decisions', channel)
  return slack.waitFor(() => {
    const text = interaction.shown.map((message) => slack.textOf(message)).join('\n')
    return /decisions?\b/.test(text) && !text.endsWith('Looking at what is there…') ? text : undefined
  })
}

async function homeOf({ slack }: Scene, person: Person): Promise<string> {
  const before = slack.calls('views.publish').length
  person.opensHome()
  await slack.waitFor(() => slack.calls('views.publish').length > before)
  return slack.textOf(await slack.waitFor(() => slack.home(person)))
}
