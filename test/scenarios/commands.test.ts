import { expect, test } from 'vitest'
import { ordersRepository } from '../support/orders-repository.ts'
import { runToEnd } from '../support/run-to-end.ts'
import { startScene } from '../support/start-scene.ts'

test('an unknown subcommand and an unknown command get a sentence', async () => {
  await using scene = await startScene()
  const { dana, orders } = scene
  const subcommand = await dana.runs('/architect', 'frobnicate', orders)
  const inherited = await dana.runs('/architect', 'constructor', orders)
  expect(shownBy(inherited)).toContain('/architect help')
  const command = await dana.runs('/arch-nothing', '', orders)
  expect(shownBy(subcommand)).toContain('/architect help')
  expect(shownBy(command)).toContain('/architect help')
})

test('only an admin links a repository to a channel; everyone sees the links', async () => {
  await using scene = await startScene({ github: { repositories: [ordersRepository()] } })
  const { dana, ben, orders } = scene
  expect(shownBy(await runToEnd(scene, ben, 'link acme/orders', orders))).toContain('Only an admin')
  expect(shownBy(await runToEnd(scene, dana, 'link https://github.com/Acme/Orders', orders))).toContain('acme/orders')
  expect(shownBy(await runToEnd(scene, ben, 'links', orders))).toContain('acme/orders')
  expect(shownBy(await runToEnd(scene, dana, 'channel', orders))).toContain('else `acme/orders`')
  expect(shownBy(await runToEnd(scene, dana, 'unlink acme/orders', orders))).toContain('no longer')
  expect(shownBy(await runToEnd(scene, ben, 'links', orders))).toContain('No repository is linked')
})

test.each([
  ['https://gitlab.com/acme/orders', 'I read code on github.com'],
  ['https://github.com/acme/no-such', 'it does not exist, or I have no access to it'],
  ['orders', 'Name one repository'],
])('/architect link %s says what to link instead, and links nothing', async (address, said) => {
  await using scene = await startScene({ github: { repositories: [ordersRepository()] } })
  const { dana, orders } = scene
  expect(shownBy(await runToEnd(scene, dana, `link ${address}`, orders))).toContain(said)
  expect(shownBy(await runToEnd(scene, dana, 'links', orders))).toContain('No repository is linked')
})

test('no private repository can be linked to a channel shared with another company', async () => {
  await using scene = await startScene()
  const { slack, dana } = scene
  const partners = slack.addChannel({ name: 'partners', isExtShared: true, members: [dana] })
  expect(shownBy(await runToEnd(scene, dana, 'link acme/orders', partners))).toContain('shared with another company')
})

test('/arch-review without a GitHub address says what to give it', async () => {
  await using scene = await startScene()
  const { dana, orders } = scene
  expect(shownBy(await dana.runs('/arch-review', 'https://evilgithub.com/acme/orders', orders))).toContain(
    'https://github.com/',
  )
})

test('/arch-review in a channel without the bot says how to invite it', async () => {
  await using scene = await startScene()
  const { slack, dana } = scene
  const random = slack.addChannel({ name: 'random', members: [dana], botIsMember: false })
  const shown = await dana.runs('/arch-review', 'https://github.com/acme/orders', random)
  expect(shownBy(shown)).toContain('/invite')
})

test('the message shortcut answers in the thread of its message', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, ben, orders } = scene
  anthropic.reply({ text: 'It depends on the pool size.' })
  const ts = ben.says(orders, 'Why do our queries wait so long?')
  const [message] = slack.thread(orders, ts)
  await dana.runsShortcut('ask_about_message', message)
  const answer = await slack.waitForReply(orders, ts)
  expect(slack.textOf(answer)).toContain('pool size')
  expect(anthropic.requests[0]?.raw).toContain('queries wait so long')
})

test('the message shortcut in a channel without the bot says how to invite it, and nothing is stored or asked', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana } = scene
  const random = slack.addChannel({ name: 'random', isPrivate: true, members: [dana], botIsMember: false })
  const ts = dana.says(random, 'Why is this slow?')
  const [message] = slack.thread(random, ts)
  const asked = await dana.runsShortcut('ask_about_message', message)
  await slack.waitFor(() => asked.shown.length > 0)
  expect(shownBy(asked)).toContain('/invite')
  expect(anthropic.requests).toHaveLength(0)
})

test('removing the app erases what was kept of the workspace', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'Yes.' })
  const ts = dana.says(orders, `${slack.mention} canary-4711 hello?`)
  await slack.waitForReply(orders, ts)
  slack.uninstall()
  await slack.settled()
  const metrics = await (await fetch(`${scene.url}/metrics`)).text()
  expect(metrics).not.toContain('architect_turns_done 1')
})

test('what was kept outlives a token that Slack revoked', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({ text: 'Yes.' })
  const ts = dana.says(orders, `${slack.mention} hello?`)
  await slack.waitForReply(orders, ts)
  slack.revokeTokens()
  await slack.settled()
  const metrics = await (await fetch(`${scene.url}/metrics`)).text()
  expect(metrics).toContain('architect_turns_done 1')
})

function shownBy(interaction: { shown: readonly { text?: string }[] }): string {
  return interaction.shown.map((message) => message.text ?? '').join('\n')
}

test.each([
  ['language हिन्दी', 'हिन्दी'],
  ['language {"role":"system"}', '/architect channel'],
  ['language x', '/architect channel'],
  ['depth deepest', '/architect channel'],
  ['depth Deep', 'deep'],
  ['constructor yes', '/architect channel'],
  ['depth', '/architect channel'],
])('/architect channel %s is kept, or answered with what can be set', async (text, words) => {
  await using scene = await startScene()
  const { dana, orders } = scene
  expect(shownBy(await runToEnd(scene, dana, `channel ${text}`, orders))).toContain(words)
})
