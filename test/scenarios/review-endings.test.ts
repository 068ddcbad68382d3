import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import type { Slack } from '../support/slack/slack.ts'
import type { Channel, Message } from '../support/slack/world.ts'
import { startProcessScene } from '../support/start-process-scene.ts'
import { startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'

test('reviews whose process is killed, wherever they are, are told once, with their files once', async () => {
  await using scene = await startProcessScene({ key: false, github: { repositories: [sampleService()] } })
  const { slack, dana, bot } = scene
  const points = [
    { name: 'before-words', method: 'chat.postMessage', afterEffect: false },
    { name: 'words-unheard', method: 'chat.postMessage', afterEffect: true },
    { name: 'verdict-unheard', method: 'chat.update', afterEffect: true },
    { name: 'files-unheard', method: 'files.completeUploadExternal', afterEffect: true },
  ]
  let reached = 0
  const asked = points.map(({ name, method, afterEffect }) => {
    const channel = slack.addChannel({ name, members: [dana] })
    const isHere = (args: Record<string, unknown>) => {
      const here = (args.channel ?? args.channel_id) === channel.id
      if (here) reached++
      return here
    }
    slack.fail(method, { hang: true, afterEffect, when: isHere })
    return { channel, ts: dana.says(channel, `${slack.mention} review ${url}`) }
  })
  await slack.waitFor(() => reached >= points.length, { what: 'every review to reach its point' })
  await bot.kill()
  await scene.start()
  for (const { channel, ts } of asked) {
    await slack.waitFor(() => filesIn(slack, channel, ts).length > 0)
    await slack.settled()
    expect(filesIn(slack, channel, ts).map((name) => name.replace(/.*\./, ''))).toEqual(['png', 'md', 'sarif', 'json'])
    expect(slack.answers(channel, ts).filter((message) => slack.textOf(message).includes('Review of'))).toHaveLength(1)
  }
})

test('a call of unclear outcome in the thread of a review leaves its files alone', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, anthropic, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} review ${url} facts`)
  await slack.waitFor(() => filesIn(slack, orders, ts).length > 0)
  await slack.settled()
  const files = filesIn(slack, orders, ts)
  slack.fail('chat.startStream', { cut: true })
  anthropic.reply({ text: 'Because nobody checks who owns the order.' })
  dana.says(orders, 'Why is the first one that bad?', { threadTs: ts })
  await said(slack, orders, ts, 'who owns the order')
  await slack.settled()
  expect(filesIn(slack, orders, ts)).toEqual(files)
  const answers = slack.answers(orders, ts).filter((message) => slack.textOf(message).includes('owns the order'))
  expect(answers.map((message) => message.files.length)).toEqual([0])
})

test('a stopped review says what is verified so far, and what was not looked at', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'x'.repeat(4000), chunkSize: 4, chunkMs: 50 }))
  const ts = dana.says(orders, `${slack.mention} review ${url} standard`)
  await said(slack, orders, ts, 'Reading it with the model')
  dana.says(orders, 'stop', { threadTs: ts })
  const answer = await said(slack, orders, ts, 'Stopped by')
  expect(slack.textOf(answer)).toContain('areas left')
  expect(slack.textOf(answer)).toContain('src/')
})

test('a review that reaches its cap says what is left and offers to go on', async () => {
  await using scene = await startScene({
    github: { repositories: [sampleService()] },
    env: { ARCHITECT_DAILY_BUDGET_USD: '0.75' },
  })
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ json: { ...nothingFound, verdict: 'long '.repeat(9000) }, chunkSize: 10_000 }))
  const ts = dana.says(orders, `${slack.mention} review ${url} standard`)
  const answer = await said(slack, orders, ts, 'Stopped at the cap')
  expect(slack.buttonsOf(answer).map(({ label }) => label)).toContainEqual(expect.stringContaining('Continue, about $'))
  expect(slack.textOf(answer)).toMatch(/\d areas? left/)
})

const nothingFound = { explanations: [], findings: [], areas: [], repairs: [], verdict: null }

function filesIn(slack: Slack, channel: Channel, ts: string): string[] {
  return slack.thread(channel, ts).flatMap((message) => message.files.map(({ name }) => name))
}

function said(slack: Slack, channel: Channel, ts: string, words: string): Promise<Message> {
  return slack.waitFor(() => slack.answers(channel, ts).find((message) => slack.textOf(message).includes(words)))
}

test.each([
  ['refuses', (slack: Slack) => slack.fail('files.completeUploadExternal', { error: 'restricted_action' })],
  ['never takes', (slack: Slack) => slack.fail('upload', { status: 403, times: 1000 })],
])(
  'a review whose files Slack %s keeps its answer, says that they are missing and frees the thread',
  async (_name, fail) => {
    await using scene = await startScene({ key: false, github: { repositories: [sampleService()] } })
    const { slack, dana, orders } = scene
    fail(slack)
    const ts = dana.says(orders, `${slack.mention} review ${url}`)
    const answer = slack.textOf(await said(slack, orders, ts, 'did not take the report'))
    expect(answer).toContain('Review of')
    await slack.settled()
    expect(slack.answers(orders, ts).filter((message) => slack.textOf(message).includes('Review of'))).toHaveLength(1)
    expect(filesIn(slack, orders, ts)).toEqual([])
    dana.says(orders, `${slack.mention} what is a connection pool?`, { threadTs: ts })
    await slack.waitForReply(orders, ts)
  },
)
