import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runToEnd } from '../support/run-to-end.ts'
import { ordersRepository } from '../support/orders-repository.ts'
import type { Scene } from '../support/start-scene.ts'
import { startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'
const publicCode = { repositories: [ordersRepository()] }

describe('public code', () => {
  let scene: Scene

  // Each question is a thread of its own.
  beforeAll(async () => {
    scene = await startScene({ github: { ...publicCode, anonymousLimit: 1000 } })
  })

  afterAll(() => scene[Symbol.asyncDispose]())

  test('a linked file is read at a pinned commit, and the answer names it with a permalink', async () => {
    scene.anthropic.replyWith(() => ({ text: 'The handler has no limit.' }))

    const { text, read } = await ask(scene, `what breaks here? ${url}/blob/main/src/list-orders.js#L1-L3`)

    expect(read).toContain('await Order.findAll()')
    expect(text).toMatch(/src\/list-orders\.js:1-3/)
    expect(text).not.toContain('/blob/main/')
  })

  test.each([
    ['a folder', `${url}/tree/main/src`, 'src/list-orders.js'],
    ['a repository', url, 'package.json'],
    ['a branch with a slash', `${url}/tree/feature/export/src`, 'src/export.js'],
    ['a pull request', `${url}/pull/7/files`, 'readFileSync(name)'],
    ['a compare', `${url}/compare/main...feature/export`, 'readFileSync(name)'],
  ])('%s is read', async (_name, link, expected) => {
    scene.anthropic.replyWith(() => ({ text: 'Seen.' }))
    const { read } = await ask(scene, `please look at <${link}|this>.`)
    expect(read).toContain(expected)
  })

  test.each([
    ['a file that is not there', `${url}/blob/main/src/gone.js`, /gone\.js/],
    ['a binary file', `${url}/blob/main/assets/logo.png`, /binary/i],
    ['a file that is not UTF-8', `${url}/blob/main/docs/latin1.txt`, /UTF-8/],
    ['a file that is too large', `${url}/blob/main/data/huge.json`, /huge\.json/],
    ['a symlink', `${url}/blob/main/src/latest.js`, /link/i],
    ['a submodule', `${url}/tree/main/vendor/lib`, /submodule/i],
    ['a branch that is not there', `${url}/tree/gone`, /gone/],
  ])('%s gets one sentence, and the other links are read all the same', async (_name, link, sentence) => {
    scene.anthropic.replyWith(() => ({ text: 'I looked at the rest.' }))
    const { text, read } = await ask(scene, `compare ${link} with ${url}/blob/main/src/app.js`)
    expect(text).toContain('I looked at the rest.')
    expect(text).toMatch(sentence)
    expect(read).toContain("app.get('/orders'")
  })
})

describe('a private repository', () => {
  const token = 'ghp_0123456789abcdefghij0123456789abcdef'
  const privateCode = {
    repositories: [ordersRepository({ private: true })],
    tokens: [{ token, login: 'acme-bot', repositories: ['acme/orders'] }],
  }
  const options = { github: privateCode, env: { GITHUB_TOKEN: token } }

  test('is read only in the channel an admin linked it to', async () => {
    await using scene = await startScene(options)
    const { slack, anthropic, dana, orders } = scene
    anthropic.replyWith(() => ({ text: 'Done.' }))
    const general = slack.addChannel({ name: 'general', members: [dana] })

    await runToEnd(scene, dana, 'link acme/orders', orders)
    await ask(scene, `look at ${url}/blob/main/src/app.js`)
    const elsewhere = dana.says(general, `${slack.mention} look at ${url}/blob/main/src/app.js`)
    const refused = slack.textOf(await slack.waitForReply(general, elsewhere))

    expect(anthropic.requests[0]?.raw).toContain("app.get('/orders'")
    expect(anthropic.requests[1]?.raw).not.toContain("app.get('/orders'")
    expect(refused).toContain('/architect link acme/orders')
  })

  test('and one that does not exist get the same sentence', async () => {
    await using scene = await startScene(options)
    scene.anthropic.replyWith(() => ({ text: 'Done.' }))
    const hidden = await ask(scene, `look at ${url}`)
    const missing = await ask(scene, 'look at https://github.com/acme/nothing')
    const refusal = (text: string) => /I cannot read .*?`\./.exec(text)?.[0]
    expect(refusal(hidden.text)).toBeDefined()
    expect(refusal(hidden.text)?.replaceAll('orders', 'X')).toBe(refusal(missing.text)?.replaceAll('nothing', 'X'))
  })

  test('is closed again in running threads when it is unlinked', async () => {
    await using scene = await startScene(options)
    const { slack, anthropic, dana, orders } = scene
    anthropic.replyWith(({ raw }) =>
      raw.includes('read it again') && !raw.includes('"tool_result"')
        ? { toolCalls: [{ name: 'read_files', input: { files: [{ path: 'src/list-orders.js' }] } }] }
        : { text: 'Done.' },
    )
    await runToEnd(scene, dana, 'link acme/orders', orders)
    const { ts } = await ask(scene, 'what do we have?')
    await dana.runs('/architect', 'unlink acme/orders', orders)
    const again = dana.says(orders, 'read it again', { threadTs: ts })
    await slack.waitForReply(orders, ts, { after: again })
    expect(anthropic.requests.at(-1)?.raw).toContain('No repository is open in this thread')
    expect(anthropic.requests.at(-1)?.raw).not.toContain('Order.findAll')
  })
})

test('code that a channel may no longer read is gone from its threads too', async () => {
  const token = 'ghp_0123456789abcdefghij0123456789abcdef'
  const repositories = [ordersRepository({ private: true })]
  const tokens = [{ token, login: 'acme-bot', repositories: ['acme/orders'] }]
  await using scene = await startScene({ github: { repositories, tokens }, env: { GITHUB_TOKEN: token } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'Done.' }))
  await runToEnd(scene, dana, 'link acme/orders', orders)
  const { ts } = await ask(scene, `look at ${url}/blob/main/src/app.js`)
  await dana.runs('/architect', 'unlink acme/orders', orders)
  const again = dana.says(orders, 'and now?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })
  expect(anthropic.requests[0]?.raw).toContain("app.get('/orders'")
  expect(anthropic.requests[1]?.raw).not.toContain("app.get('/orders'")
})

test('nobody learns from a refusal what a private repository holds', async () => {
  const token = 'ghp_0123456789abcdefghij0123456789abcdef'
  const repositories = [ordersRepository({ private: true })]
  const tokens = [{ token, login: 'acme-bot', repositories: ['acme/orders'] }]
  await using scene = await startScene({ github: { repositories, tokens }, env: { GITHUB_TOKEN: token } })
  scene.anthropic.replyWith(() => ({ text: 'Done.' }))
  for (const part of ['/tree/gone', '/pull/9999', '/commit/0123456789abcdef0123456789abcdef01234567']) {
    const { text } = await ask(scene, `look at https://github.com/ACME/Orders${part}`)
    expect(text).toContain('I cannot read ACME/Orders here')
  }
})

test('a follow-up reads further files of the same commit, although the branch has moved on', async () => {
  await using scene = await startScene({ github: publicCode })
  const { slack, anthropic, github, dana, orders } = scene
  anthropic.reply({ text: 'Express.' })
  anthropic.reply({ toolCalls: [{ name: 'read_files', input: { files: [{ path: 'src/list-orders.js' }] } }] })
  anthropic.reply({ text: 'It loads all orders.' })

  const { ts } = await ask(scene, `what is this? ${url}`)
  github.push('acme/orders', { message: 'Rewrite', files: { 'src/list-orders.js': 'rewritten\n' } })
  const again = dana.says(orders, 'and how are orders listed?', { threadTs: ts })
  const answer = await slack.waitForReply(orders, ts, { after: again })

  expect(slack.textOf(answer)).toContain('It loads all orders.')
  expect(slack.textOf(answer)).toContain('src/list-orders.js')
  expect(anthropic.requests.at(-1)?.raw).toContain('Order.findAll')
  expect(anthropic.requests.at(-1)?.raw).not.toContain('rewritten')
})

test('without a key the answer says what the linked project is made of', async () => {
  await using scene = await startScene({ key: false, github: publicCode })
  const { text } = await ask(scene, `what is this built with? ${url}`)
  expect(text).toContain('Express 4.21.2')
  expect(text).toContain('src/app.js')
  expect(text).toContain('pg 8.13.1')
})

test('asking twice about an unchanged repository costs no second request against the rate limit', async () => {
  await using scene = await startScene({ github: publicCode })
  scene.anthropic.replyWith(() => ({ text: 'Done.' }))
  await ask(scene, `look at ${url}/blob/main/src/app.js`)
  const before = scene.github.requests.length
  await ask(scene, `look again at ${url}/blob/main/src/app.js`)
  const second = scene.github.requests.slice(before)
  expect(second.length).toBeGreaterThan(0)
  expect(second.map((request) => request.status)).toEqual(second.map(() => 304))
})

test('GitHub at its limit is explained with the time, and the question is answered all the same', async () => {
  await using scene = await startScene({ github: { ...publicCode, anonymousLimit: 0 } })
  scene.anthropic.reply({ text: 'In general: paginate.' })
  const { text } = await ask(scene, `how do we list? ${url}`)
  expect(text).toContain('In general: paginate.')
  expect(text).toMatch(/limit/i)
})

/** Asks in a new thread; gives the answer and everything the model was given to read first. */
async function ask(
  { slack, anthropic, dana, orders }: Scene,
  question: string,
): Promise<{ ts: string; text: string; read: string | undefined }> {
  const before = anthropic.requests.length
  const ts = dana.says(orders, `${slack.mention} ${question}`)
  const text = slack.textOf(await slack.waitForReply(orders, ts))
  return { ts, text, read: anthropic.requests[before]?.raw }
}
