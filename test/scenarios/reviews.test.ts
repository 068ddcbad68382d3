import { expect, test } from 'vitest'
import { runToEnd } from '../support/run-to-end.ts'
import { sampleService } from '../support/sample-service.ts'
import { startScene, type Scene, type SceneOptions } from '../support/start-scene.ts'
import type { SeedRepository } from '../support/github/seed.ts'
import type { Channel, Message } from '../support/slack/world.ts'

const url = 'https://github.com/acme/orders'

test('/arch-review says privately what is there and what each depth costs, and begins where a button is pressed', async () => {
  await using scene = await startReviews()
  const { slack, dana, orders } = scene
  const [quote] = await shownAfter(dana.runs('/arch-review', url, orders), 1)
  expect(quote?.text).toMatch(/acme\/orders at `[0-9a-f]{7}`: \d+ files, .*JavaScript/)
  expect(slack.buttonsOf(quote as Message).map(({ label }) => label)).toEqual([
    'Facts, $0',
    expect.stringMatching(/^Standard, \$\d+\.\d\d$/),
    expect.stringMatching(/^Deep, \$\d+\.\d\d$/),
  ])
  expect(slack.channelMessages(orders)).toHaveLength(0)

  await dana.clicks(quote as Message, 'review:0')
  await dana.clicks(quote as Message, 'review:0')
  const said = await finishedReview(scene, orders)
  expect(said).toContain('Review of')
  expect(said).toMatch(/\d+ files: \d+ read/)
  expect(said).toContain('Testing: not assessed')
  expect(said).toMatch(/src\/[\w/-]+\.js:\d+/)
  expect(scene.anthropic.requests).toHaveLength(0)
})

test('the report, the picture, SARIF and JSON hang in the thread, once', async () => {
  await using scene = await startReviews({ key: false })
  const { dana, orders } = scene
  await dana.runs('/arch-review', url, orders)
  await finishedReview(scene, orders)
  const names = filesIn(scene, orders).map(({ name }) => name)
  expect(names.map((name) => name.replace(/.*\./, ''))).toEqual(['png', 'md', 'sarif', 'json'])
})

test('without a key nobody is asked, and the facts come for nothing', async () => {
  await using scene = await startReviews({ key: false })
  const { dana, orders } = scene
  const shown = await shownAfter(dana.runs('/arch-review', url, orders), 1)
  expect(shown[0]?.text).toContain('On it')
  expect(await finishedReview(scene, orders)).toContain('by rules')
})

test('a finding that stays as it is does not come back, and everybody sees who answers for it', async () => {
  await using scene = await startReviews({ key: false })
  const { slack, dana, orders } = scene
  await dana.runs('/arch-review', url, orders)
  await finishedReview(scene, orders)
  const root = slack.channelMessages(orders)[0]
  const withButtons = await slack.waitFor(() =>
    slack.answers(orders, root?.ts ?? '').find((message) => hasButton(scene, message, 'wont-fix:0')),
  )
  const title = /\*\*1\. (.*?)\*\*/.exec(slack.textOf(withButtons))?.[1] ?? 'nothing'
  await dana.clicks(withButtons, 'wont-fix:0')
  const form = await slack.waitFor(() => slack.views(dana)[0])
  await dana.submits(form, { reason: 'The gateway does it.' })
  await slack.waitFor(() => allText(scene, orders).includes('The gateway does it.'))

  await dana.runs('/arch-review', url, orders)
  const again = await finishedReview(scene, orders, 1)
  expect(again).not.toContain(`**1. ${title}**`)
  expect(again).toContain('that the team does not fix')
})

test('a wrong finding is counted for the operator, another becomes a decision with its check, and past days are refused', async () => {
  await using scene = await startReviews({ key: false })
  const { slack, dana, orders } = scene
  await dana.runs('/arch-review', url, orders)
  await finishedReview(scene, orders)
  const root = slack.channelMessages(orders)[0]
  const withButtons = await slack.waitFor(() =>
    slack.answers(orders, root?.ts ?? '').find((message) => hasButton(scene, message, 'wont-fix:0')),
  )
  await dana.clicks(withButtons, 'wont-fix:0')
  const form = await slack.waitFor(() => slack.views(dana)[0])
  const refused = await dana.submits(form, { reason: 'Later.', until: '2020-01-01' })
  expect(refused.errors).toEqual({ until: expect.stringContaining('still to come') })
  await dana.closes(form)

  await dana.clicks(withButtons, 'wrong:1')
  await dana.submits(await slack.waitFor(() => slack.views(dana)[0]), { reason: 'The value is a constant.' })
  await slack.waitFor(() => allText(scene, orders).includes('The value is a constant.'))
  const metrics = await (await fetch(`${scene.url}/metrics`)).text()
  expect(metrics).toMatch(/architect_findings_called_wrong\{rule="[\w-]+"\} [1-9]/)

  await dana.clicks(withButtons, 'record-decision:2')
  const record = await slack.waitFor(() => slack.views(dana)[0])
  expect(JSON.stringify(record.content)).toMatch(/rule [\w-]+ clean in/)
  await dana.submits(record, {})
  await slack.waitFor(() =>
    slack.answers(orders, root?.ts ?? '').some((each) => hasButton(scene, each, 'decision_propose')),
  )
})

test('a channel that has settled its repository and depth needs no link and no question', async () => {
  await using scene = await startReviews()
  const { slack, dana, orders } = scene
  await dana.runs('/architect', 'channel repo acme/orders', orders)
  const settled = await shownAfter(dana.runs('/architect', 'channel depth facts', orders), 1)
  expect(settled[0]?.text).toContain('acme/orders')
  const ts = dana.says(orders, `${slack.mention} review`)
  expect(slack.textOf(await said(scene, ts, 'Review of'))).toContain('by rules')
})

test('the one repository that is linked to a channel is what review means there', async () => {
  await using scene = await startReviews({ key: false })
  const { slack, dana, orders } = scene
  await runToEnd(scene, dana, 'link acme/orders', orders)
  const ts = dana.says(orders, `${slack.mention} review`)
  expect(slack.textOf(await said(scene, ts, 'Review of'))).toContain('acme/orders')
})

test('words in a thread are priced in the thread before anything is spent', async () => {
  await using scene = await startReviews()
  const { slack, anthropic, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} review ${url}`)
  const quote = await said(scene, ts, 'Facts')
  expect(anthropic.requests).toHaveLength(0)
  await dana.clicks(quote, 'review:0')
  await said(scene, ts, 'Review of')
})

test('the shortcut reviews the code that a message links to, in its thread', async () => {
  await using scene = await startReviews({ key: false })
  const { slack, dana, ben, orders } = scene
  const ts = ben.says(orders, `Is this fit for production? ${url}`)
  const [message] = slack.thread(orders, ts)
  await dana.runsShortcut('review_linked_code', message)
  expect(slack.textOf(await said(scene, ts, 'Review of'))).toContain('acme/orders')
})

test.each([
  ['https://example.com/x', /not an address of code on GitHub/],
  ['https://github.com/acme/nothing', /does not exist, or it is private/],
  ['https://gist.github.com/acme/123', /gist/i],
])('%s gets one private sentence', async (text, sentence) => {
  await using scene = await startReviews()
  const { slack, dana, orders } = scene
  const [answer] = await shownAfter(dana.runs('/arch-review', text, orders), 1)
  expect(answer?.text).toMatch(sentence)
  expect(slack.channelMessages(orders)).toHaveLength(0)
})

test('a review that Slack does not let begin is told to whoever asked', async () => {
  await using scene = await startReviews({ key: false })
  const { slack, dana, orders } = scene
  slack.fail('chat.postMessage', { cut: true, times: 1000 })
  const asked = await dana.runs('/arch-review', url, orders)
  const last = await slack.waitFor(() => asked.shown.findLast(({ text }) => !text.startsWith('Looking')), {
    timeoutMs: 60_000,
  })
  expect(last.text).toContain('Try again')
})

test('a private repository that is not linked reads as one that is not there', async () => {
  await using scene = await startReviews({}, { private: true })
  const { dana, orders } = scene
  const [answer] = await shownAfter(dana.runs('/arch-review', url, orders), 1)
  expect(answer?.text).toContain('does not exist, or it is private')
})

test('questions in the thread know the report', async () => {
  await using scene = await startReviews()
  const { slack, anthropic, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} review ${url} facts`)
  await said(scene, ts, 'Review of')
  await slack.settled()
  anthropic.reply({ text: 'Because nobody checks who owns the order.' })
  dana.says(orders, 'Why is the first one that bad?', { threadTs: ts })
  await said(scene, ts, 'who owns the order')
  expect(anthropic.requests.at(-1)?.raw).toContain('The last review in this thread')
})

function startReviews(options: SceneOptions = {}, repository: Partial<SeedRepository> = {}): Promise<Scene> {
  return startScene({ ...options, github: { repositories: [sampleService(repository)] } })
}

async function shownAfter(running: ReturnType<Scene['dana']['runs']>, least: number) {
  const interaction = await running
  const answers = () => interaction.shown.filter(({ text }) => !text.startsWith('Looking'))
  for (let tries = 0; answers().length < least && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 25))
  return answers()
}

function said(scene: Scene, ts: string, words: string): Promise<Message> {
  const { slack, orders } = scene
  return slack.waitFor(() => slack.answers(orders, ts).find((message) => slack.textOf(message).includes(words)))
}

/** Everything said in the thread of the review that was asked for `index`th, once its files are there. */
async function finishedReview(scene: Scene, channel: Channel, index = 0): Promise<string> {
  await scene.slack.waitFor(() => filesIn(scene, channel, index).length > 0)
  return threadText(scene, channel, index)
}

function filesIn(scene: Scene, channel: Channel, index = 0) {
  const root = scene.slack.channelMessages(channel)[index]
  return root ? scene.slack.thread(channel, root.ts).flatMap((message) => message.files ?? []) : []
}

function threadText(scene: Scene, channel: Channel, index: number): string {
  const root = scene.slack.channelMessages(channel)[index]
  return scene.slack
    .answers(channel, root?.ts ?? '')
    .map((message) => scene.slack.textOf(message))
    .join('\n')
}

function allText(scene: Scene, channel: Channel): string {
  return scene.slack
    .channelMessages(channel)
    .map((_, index) => threadText(scene, channel, index))
    .join('\n')
}

function hasButton(scene: Scene, message: Message, actionId: string): boolean {
  return scene.slack.buttonsOf(message).some((button) => button.actionId === actionId)
}
