import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import type { Ephemeral, Message } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'
const nothing = { explanations: [], findings: [], areas: [], repairs: [], verdict: null }

test('a button pressed twice at once opens one thread with one review, and the second press is told so', async () => {
  await using scene = await startReviews()
  const { slack, dana, orders } = scene
  const quote = await askForQuote(scene, url)
  const presses = await Promise.all([dana.clicks(quote, 'review:0'), dana.clicks(quote, 'review:0')])
  await slack.waitFor(() => filesIn(scene).length > 0)
  await slack.settled()
  expect(slack.channelMessages(orders)).toHaveLength(1)
  expect(filesIn(scene)).toHaveLength(4)
  const told = presses.map(({ shown }) => shown.map(({ text }) => text).join(' '))
  expect(told.filter((text) => text.includes('On it'))).toHaveLength(1)
  expect(told.filter((text) => text.includes('has begun'))).toHaveLength(1)

  const later = await dana.clicks(quote, 'review:0')
  await slack.waitFor(() => later.shown.length > 0)
  expect(later.shown[0]?.text).toMatch(/has begun.*<https?:.*\|its thread>/)
  expect(slack.channelMessages(orders)).toHaveLength(1)
})

test('two depths of one quote pressed together begin one review; another depth can follow when that is done', async () => {
  await using scene = await startReviews()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ json: nothing }))
  const quote = await askForQuote(scene, url)
  const presses = await Promise.all([dana.clicks(quote, 'review:0'), dana.clicks(quote, 'review:1')])
  await slack.waitFor(() => filesIn(scene).length > 0)
  await slack.settled()
  expect(slack.channelMessages(orders)).toHaveLength(1)
  const told = presses.map(({ shown }) => shown.map(({ text }) => text).join(' '))
  expect(told.filter((text) => text.includes('has begun'))).toHaveLength(1)

  await dana.clicks(quote, told[0]?.includes('On it') ? 'review:1' : 'review:0')
  await slack.waitFor(() => filesIn(scene, 1).length > 0)
})

test('a button whose thread could not be opened works when it is pressed again', async () => {
  await using scene = await startReviews()
  const { slack, dana, orders } = scene
  const quote = await askForQuote(scene, url)
  slack.fail('chat.postMessage', { error: 'restricted_action', times: 1 })
  const refused = await dana.clicks(quote, 'review:0')
  await slack.waitFor(() => refused.shown.length > 0)
  expect(slack.channelMessages(orders)).toHaveLength(0)
  await dana.clicks(quote, 'review:0')
  await slack.waitFor(() => filesIn(scene).length > 0)
  expect(slack.channelMessages(orders)).toHaveLength(1)
})

test.each(['<!channel>', 'fix]x', 'a|b', '<@U0BEN>'])(
  'a branch named %s is only a name, wherever a review says it',
  async (branch) => {
    await using scene = await startReviews([
      { message: 'Named', branch, files: { 'src/named.js': 'export const a = 1\n' } },
    ])
    const { slack, dana, orders } = scene
    const quote = await askForQuote(scene, `${url}/tree/${encodeURIComponent(branch)}`)
    await dana.clicks(quote, 'review:0')
    await slack.waitFor(() => filesIn(scene).length > 0)
    const [root] = slack.channelMessages(orders)
    const said = [quote, ...slack.thread(orders, root?.ts ?? '')]
    expect(JSON.stringify(said)).toContain(branch.replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    for (const message of said) {
      const { text, blocks } = message as { text?: string; blocks?: unknown }
      expect(JSON.stringify([text, blocks])).not.toMatch(/<!channel>|<@U0BEN>/)
    }
    const answer = slack.answers(orders, root?.ts ?? '').find((message) => slack.textOf(message).includes('Review of'))
    expect(JSON.stringify(answer).replaceAll('< ', '<')).toContain(`[\`acme/orders@${branch}\`](https://`)
  },
)

function startReviews(more: { message: string; branch: string; files: Record<string, string> }[] = []): Promise<Scene> {
  const orders = sampleService()
  return startScene({ github: { repositories: [{ ...orders, commits: [...orders.commits, ...more] }] } })
}

async function askForQuote({ slack, dana, orders }: Scene, text: string): Promise<Ephemeral | Message> {
  const asked = await dana.runs('/arch-review', text, orders)
  // What takes longer follows a first word.
  return slack.waitFor(() => asked.shown.find(({ blocks }) => blocks.length > 0))
}

function filesIn({ slack, orders }: Scene, index = 0): string[] {
  const root = slack.channelMessages(orders)[index]
  return root ? slack.thread(orders, root.ts).flatMap(({ files }) => files.map(({ name }) => name)) : []
}
