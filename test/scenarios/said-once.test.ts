import { expect, test } from 'vitest'
import { draftByForm } from '../support/decide-by-form.ts'
import { sampleService } from '../support/sample-service.ts'
import type { Fault } from '../support/slack/faults.ts'
import { startScene } from '../support/start-scene.ts'

const unclear: [string, Fault][] = [
  ['took without saying so', { cut: true, afterEffect: true }],
  ['lost', { cut: true }],
  ['answered by half', { half: true }],
]

test.each(unclear)(
  'the message that opens the thread of a review, which Slack %s, is in the channel once',
  async (_how, fault) => {
    await using scene = await startScene({ key: false, github: { repositories: [sampleService()] } })
    const { slack, dana, orders } = scene
    slack.fail('chat.postMessage', { ...fault, when: ({ thread_ts }) => thread_ts === undefined })
    await dana.runs('/arch-review', 'https://github.com/acme/orders', orders)
    await slack.waitFor(() => slack.answers(orders, slack.channelMessages(orders)[0]?.ts ?? '').length > 0)

    expect(slack.channelMessages(orders)).toHaveLength(1)
  },
)

test.each(unclear)(
  'the card of a decision that Slack %s is in the channel once, and is kept up to date',
  async (_how, fault) => {
    await using scene = await startScene({ key: false })
    const { slack, dana, orders } = scene
    slack.fail('chat.postMessage', fault)
    const card = await draftByForm(scene, dana, orders, { title: 'Retry twice', option: 'Twice', deciders: [dana.id] })
    await slack.waitFor(() => scene.slack.calls('chat.postMessage').length > 0)
    await dana.clicks(card, 'decision_propose')
    await slack.waitFor(() =>
      slack.channelMessages(orders).some((message) => slack.textOf(message).includes('proposed')),
    )

    expect(slack.channelMessages(orders)).toHaveLength(1)
  },
)
