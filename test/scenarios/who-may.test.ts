import { expect, test } from 'vitest'
import { draftByForm } from '../support/decide-by-form.ts'
import { sampleService } from '../support/sample-service.ts'
import type { Interaction } from '../support/slack/interact.ts'
import type { Person } from '../support/slack/person.ts'
import type { Channel, Message } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'
const notOurs = 'Only people of the workspace that installed me can do this'
const notForGuests = 'Guests cannot change what holds for others'

test('people of another company read decisions, and decide only where they are named', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana } = scene
  const { partner, joint } = shareChannel(scene)
  const values = { title: 'Use webhooks', option: 'Webhooks', deciders: [dana.id] }
  const card = await draftByForm(scene, dana, joint, values)
  expect(await told(scene, partner.clicks(card, 'decision_propose'))).toContain(notOurs)
  await dana.clicks(card, 'decision_propose')
  await slack.waitFor(() => slack.textOf(current(scene, joint, card)).includes('proposed'))
  expect(await told(scene, partner.clicks(current(scene, joint, card), 'decision_approve'))).toContain('named')
  await partner.clicks(current(scene, joint, card), 'decision_details')
  const details = await slack.waitFor(() => slack.views(partner)[0])
  expect(slack.textOf(details)).toContain('proposed')

  const named = await draftByForm(scene, dana, joint, { ...values, title: 'Retry twice', deciders: [partner.id] })
  await dana.clicks(named, 'decision_propose')
  await slack.waitFor(() => slack.textOf(current(scene, joint, named)).includes('proposed'))
  await partner.clicks(current(scene, joint, named), 'decision_approve')
  await slack.waitFor(() => slack.textOf(current(scene, joint, named)).includes('accepted'))
  expect(await told(scene, partner.clicks(current(scene, joint, named), 'decision_amend'))).toContain(notOurs)
})

test('people of another company begin no review and set no finding aside', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, dana } = scene
  const { partner, joint } = shareChannel(scene)
  const ts = dana.says(joint, `${slack.mention} review ${url}`)
  const quote = await slack.waitForReply(joint, ts)
  expect(await told(scene, partner.clicks(quote, 'review:0'))).toContain(notOurs)
  await dana.clicks(quote, 'review:0')
  const findings = await slack.waitFor(() =>
    slack
      .answers(joint, ts)
      .find((message) => slack.buttonsOf(message).some(({ actionId }) => actionId === 'wont-fix:0')),
  )
  expect(await told(scene, partner.clicks(findings, 'wont-fix:0'))).toContain(notOurs)
  expect(await told(scene, partner.clicks(findings, 'wrong:1'))).toContain(notOurs)
  expect(slack.views(partner)).toEqual([])
})

test('what somebody of another company asks for beside a question of ours is not done', async () => {
  await using scene = await startScene({ key: false, github: { repositories: [sampleService()] } })
  const { slack, dana } = scene
  const { partner, joint } = shareChannel(scene)
  const ts = dana.says(joint, `${slack.mention} how do we validate input?`)
  partner.says(joint, `${slack.mention} review ${url}`, { threadTs: ts })
  await slack.settled()
  await slack.waitForReply(joint, ts)
  expect(
    slack
      .answers(joint, ts)
      .map((message) => slack.textOf(message))
      .join('\n'),
  ).not.toContain('Review of')
})

test('a guest asks and decides where named, but changes no settings and sets no finding aside', async () => {
  await using scene = await startScene({ key: false, github: { repositories: [sampleService()] } })
  const { slack, dana, orders } = scene
  const guest = slack.addUser({ name: 'gina', isGuest: true })
  orders.members.add(guest.id)
  for (const change of ['channel depth deep', 'digest on monday 9:00', 'export acme/orders', 'import acme/orders'])
    expect(await told(scene, guest.runs('/architect', change, orders))).toContain(notForGuests)
  expect(await told(scene, guest.runs('/architect', 'channel', orders))).toContain('come from facts alone')
  const values = { title: 'Retry twice', option: 'Twice', deciders: [guest.id] }
  const card = await draftByForm(scene, dana, orders, values)
  await dana.clicks(card, 'decision_propose')
  await slack.waitFor(() => slack.textOf(current(scene, orders, card)).includes('proposed'))
  await guest.clicks(current(scene, orders, card), 'decision_approve')
  await slack.waitFor(() => slack.textOf(current(scene, orders, card)).includes('accepted'))

  const ts = guest.says(orders, `${slack.mention} review ${url}`)
  const findings = await slack.waitFor(() =>
    slack
      .answers(orders, ts)
      .find((message) => slack.buttonsOf(message).some(({ actionId }) => actionId === 'wont-fix:0')),
  )
  expect(await told(scene, guest.clicks(findings, 'wont-fix:0'))).toContain(notForGuests)
})

test('nothing is done for somebody of whom Slack says nothing', async () => {
  await using scene = await startScene({ key: false })
  const { slack, orders } = scene
  const eve = slack.addUser({ name: 'eve' })
  orders.members.add(eve.id)
  slack.fail('users.info', { error: 'internal_error', times: 99 })
  expect(await told(scene, eve.runs('/architect', 'channel depth deep', orders))).toContain(
    'Slack does not tell me who you are',
  )
})

function shareChannel({ slack, dana }: Scene): { partner: Person; joint: Channel } {
  const partner = slack.addUser({ name: 'pia', team: slack.addTeam('Partner'), isAdmin: true })
  return { partner, joint: slack.addChannel({ name: 'joint', isExtShared: true, members: [dana, partner] }) }
}

function current({ slack }: Scene, channel: Channel, card: Message): Message {
  return slack.channelMessages(channel).find(({ ts }) => ts === card.ts) ?? card
}

/** What only the person is told of what they did. */
async function told({ slack }: Scene, act: Promise<Interaction>): Promise<string> {
  const interaction = await act
  const words = () => interaction.shown.map((message) => slack.textOf(message)).join('\n')
  return slack.waitFor(() => (/^(?:Looking at what is there…)?$/.test(words()) ? undefined : words()))
}
