import { expect, test } from 'vitest'
import { startScene } from '../support/start-scene.ts'

test('without a key a design question is answered from the playbooks, and the answer says what a key adds', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, orders } = scene

  const ts = dana.says(orders, `${slack.mention} how do we run background jobs with BullMQ so that none is lost?`)
  const answer = slack.textOf(await slack.waitForReply(orders, ts))

  expect(answer).toContain('BullMQ')
  expect(answer).toContain('ANTHROPIC_API_KEY')
  expect(answer).toContain('no model, no cost')
  expect(scene.anthropic.requests).toHaveLength(0)
})

test('a direct message is answered in its own thread, which is named after the question', async () => {
  await using scene = await startScene()
  const { slack, anthropic, ben } = scene
  anthropic.reply({ text: 'Yes.' })

  const direct = slack.openDm(ben)
  const ts = ben.says(direct, 'is Koa still a good choice?')
  const answer = await slack.waitForReply(direct, ts)

  expect(slack.textOf(answer)).toContain('Yes.')
  expect(slack.title(direct, ts)).toBe('is Koa still a good choice?')
})

test('a message to another person in the thread gets no answer but is remembered', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'Postgres.' })
  anthropic.reply({ text: 'Noted.' })

  const ts = dana.says(orders, `${slack.mention} which database?`)
  await slack.waitForReply(orders, ts)
  dana.says(orders, `${ben.mention} we have 40 GB of orders, right?`, { threadTs: ts })
  await slack.settled()
  const last = dana.says(orders, `${slack.mention} and now?`, { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: last })

  expect(slack.answers(orders, ts)).toHaveLength(2)
  expect(anthropic.requests[1]?.raw).toContain('40 GB of orders')
})

test('people who talk among themselves in its thread are not interrupted, and what they said is remembered', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.replyWith(() => ({ text: 'Postgres.' }))

  const ts = dana.says(orders, `${slack.mention} which database?`)
  await slack.waitForReply(orders, ts)
  ben.says(orders, 'We had that talk in 2021 already.', { threadTs: ts })
  dana.says(orders, 'That was before the move to 40 regions.', { threadTs: ts })
  dana.says(orders, '🎉🎉', { threadTs: ts })
  dana.says(orders, '<!subteam^S0BACKEND> who of you was there?', { threadTs: ts })
  await slack.settled()
  const question = ben.says(orders, 'And would SQLite do?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: question })
  const remark = ben.says(orders, 'It must run on two machines.', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: remark })

  expect(slack.answers(orders, ts)).toHaveLength(3)
  expect(anthropic.requests).toHaveLength(3)
  expect(anthropic.requests[1]?.raw).toContain('the move to 40 regions')
})

test('who asked may add to the question while it is being answered', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'Postgres.', startMs: 500 })
  anthropic.reply({ text: 'SQLite then.' })

  const ts = dana.says(orders, `${slack.mention} which database?`)
  await slack.waitFor(() => anthropic.requests.length === 1)
  const added = dana.says(orders, 'It must run on one machine.', { threadTs: ts })
  await slack.waitForReply(orders, ts)
  await slack.waitForReply(orders, ts, { after: slack.answers(orders, ts)[0]?.ts ?? added })

  expect(slack.answers(orders, ts)).toHaveLength(2)
})

test('what people asked of each other before the bot was called is not taken for a wish to it', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'Koa is fine.' })

  const ts = ben.says(orders, 'please review https://github.com/acme/orders/pull/3')
  dana.says(orders, `${slack.mention} is Koa still fine?`, { threadTs: ts })

  expect(slack.textOf(await slack.waitForReply(orders, ts))).toContain('Koa is fine.')
})

test('what was said in a thread before the bot was called is read once', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.replyWith(() => ({ text: 'Then keep it a monolith.' }))

  const ts = dana.says(orders, 'We are four developers.')
  ben.says(orders, 'And we deploy twice a day.', { threadTs: ts })
  const asked = dana.says(orders, `${slack.mention} monolith or services?`, { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: asked })
  const again = dana.says(orders, 'sure?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })

  expect(anthropic.requests[0]?.raw).toContain('four developers')
  expect(anthropic.requests[0]?.raw).toContain('deploy twice a day')
  expect(slack.calls('conversations.replies')).toHaveLength(1)
})

test('what was said elsewhere is found and linked', async () => {
  await using scene = await startScene({ key: false })
  const { slack, dana, ben, orders } = scene
  const general = slack.addChannel({ name: 'general', members: [dana, ben] })

  const first = dana.says(general, `${slack.mention} hello`)
  await slack.waitForReply(general, first)
  const then = dana.says(general, 'zebrafish is our word for the gateway', { threadTs: first })
  await slack.waitForReply(general, first, { after: then })
  const ts = ben.says(orders, `${slack.mention} what is zebrafish?`)
  const answer = await slack.waitForReply(orders, ts)

  expect(slack.textOf(answer)).toContain('zebrafish is our word for the gateway')
  expect(slack.effectsOf(answer).links.join()).toContain(`?thread_ts=${first}&cid=${general.id}`)
})

test('the bytes before the newest turn stay the same, so the provider can cache them', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(({ lastText }) => ({ text: `Answer to ${lastText.slice(-40).replaceAll(/\W/g, ' ')}` }))

  const ts = dana.says(orders, `${slack.mention} first?`)
  await slack.waitForReply(orders, ts)
  for (const text of ['second?', 'third?', 'fourth?']) {
    const asked = dana.says(orders, text, { threadTs: ts })
    await slack.waitForReply(orders, ts, { after: asked })
  }

  const prefixes = anthropic.requests.map(({ body }) => {
    const { system, tools, messages } = withoutBreakpoints(body)
    return JSON.stringify({ tools, system, messages: messages.slice(0, -1) }).slice(0, -2)
  })
  expect(prefixes).toHaveLength(4)
  for (const [index, prefix] of prefixes.slice(1).entries())
    expect(prefix.startsWith(prefixes[index] ?? '-')).toBe(true)
})

test('an edited question is not answered twice, and its new words are what the next answer sees', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'Yes.' }))

  const ts = dana.says(orders, `${slack.mention} is Express 4 fine?`)
  await slack.waitForReply(orders, ts)
  dana.edits(orders, ts, `${slack.mention} is Express 5 fine?`)
  await slack.settled()
  const again = dana.says(orders, 'really?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })

  expect(slack.answers(orders, ts)).toHaveLength(2)
  expect(anthropic.requests[1]?.raw).toContain('is Express 5 fine?')
  expect(anthropic.requests[1]?.raw).not.toContain('is Express 4 fine?')
})

test('other bots and workflows are not answered', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'Yes.' }))

  slack.botSays(orders, `${slack.mention} deploy finished`)
  const ts = dana.says(orders, `${slack.mention} hello?`)
  await slack.waitForReply(orders, ts)

  expect(anthropic.requests).toHaveLength(1)
})

test('words from a private channel never reach the context of another channel', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  const board = slack.addChannel({ name: 'board', isPrivate: true, members: [dana] })
  const general = slack.addChannel({ name: 'general', members: [dana, ben] })
  anthropic.replyWith(({ raw }) =>
    raw.includes('what was said elsewhere') && !raw.includes('"tool_result"')
      ? { toolCalls: [{ name: 'search_threads', input: { query: 'acquisition price Fastify' } }] }
      : { text: 'Understood.' },
  )

  const secret = dana.says(board, `${slack.mention} the acquisition price is 12 million`)
  await slack.waitForReply(board, secret)
  const open = dana.says(general, `${slack.mention} we chose Fastify for the gateway`)
  await slack.waitForReply(general, open)
  const asked = ben.says(orders, `${slack.mention} what was said elsewhere?`)
  await slack.waitForReply(orders, asked)

  const last = anthropic.requests.filter(({ raw }) => raw.includes('what was said elsewhere'))
  expect(last.length).toBeGreaterThan(1)
  expect(last.some(({ raw }) => raw.includes('we chose Fastify for the gateway'))).toBe(true)
  expect(last.some(({ raw }) => raw.includes('12 million'))).toBe(false)
})

function withoutBreakpoints<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'cache_control' ? undefined : part)))
}
