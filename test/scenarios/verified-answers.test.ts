import { expect, test } from 'vitest'
import { ordersRepository } from '../support/orders-repository.ts'
import { type Scene, type SceneOptions, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'

test('what an answer says of code, packages and examples is labelled where it does not hold, and remembered so', async () => {
  await using scene = await startReviewed()
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({
    text: [
      'Install `express-magic@1.2.3` and pg@99.0.0; pg@8.13.1 is fine.',
      'The route is at src/app.js:4, the model at `src/order-model.js:7` and the rest at src/app.js:400.',
      `- [src/app.js:2](${url}/blob/main/src/app.js#L2)\n- [the model](${url}/blob/main/src/model.js#L3)`,
      'There is no pagination anywhere. There is no Express app in your code.',
      "```ts\nimport pg from 'pg'\nconst pool = {\n```",
    ].join('\n\n'),
  })
  anthropic.reply({ text: 'Yes.' })

  const { ts, text } = await ask(scene, `what breaks? ${url}/tree/main/src`)
  const again = dana.says(orders, 'sure?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })

  expect(text).toContain('express-magic@1.2.3` (not on npm) and pg@99.0.0 (no such version on npm, latest is 8.13.1);')
  expect(text).toContain('pg@8.13.1 is fine.')
  expect(text).toContain('src/app.js:4, the model')
  expect(text).toContain('src/order-model.js:7` (not found)')
  expect(text).toContain('src/app.js:400 (not found, the file ends at line 4)')
  expect(text).toMatch(/\/blob\/[0-9a-f]{40}\/src\/app\.js#L2/)
  expect(text).toContain('the model (`src/model.js:3`: not found)')
  expect(text).toContain('This example does not parse at line ')
  expect(text).toMatch(/1 package not on npm.*1 version not on npm|1 version not on npm.*1 package not on npm/s)
  expect(text).toContain('3 places in the code not found')
  expect(text).toContain('1 example does not parse')
  expect(anthropic.requests[1]?.raw).toContain('src/order-model.js:7` (not found)')
})

test('a true answer is said byte for byte, rests on what the rules found, and keeps the prompt cacheable', async () => {
  await using scene = await startReviewed()
  const { slack, anthropic, dana, orders } = scene
  const answer = [
    'Limit the query. It needs `pg@8.13.1`, which is installed, and `p-limit@7.0.0`.',
    '`src/list-orders.js:2`: `res.json(await Order.findAll())`',
    "```js\nimport pLimit from 'p-limit'\nimport { readFile } from 'node:fs/promises'\n```",
    'Then run `npm install p-limit`.\n',
  ].join('\n\n')
  anthropic.reply({ text: answer })
  anthropic.reply({ text: 'Yes.' })

  const { ts, text } = await ask(scene, `what breaks? ${url}`)
  const again = dana.says(orders, 'sure?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })

  const [first, second] = anthropic.requests.map(({ body }) => body)
  expect(second?.messages.at(-2)?.content).toMatchObject([{ type: 'text', text: answer }])
  expect(text).not.toMatch(/not (?:found|checked|on npm|parse)/)
  expect(JSON.stringify(first?.messages)).toMatch(/src\/list-orders\.js:2/)
  expect(second?.messages[0]?.content).toMatchObject([{ text: textOf(first?.messages[0]?.content) }])
})

test('with the registry away an answer still comes, and says what was not checked', async () => {
  await using scene = await startReviewed()
  scene.registry.failAt('/', { status: 503 })
  scene.anthropic.reply({ text: 'Use `p-limit@7.0.0`; you have express@4.21.2.' })
  const { text } = await ask(scene, `how do I limit? ${url}`)
  expect(text).toContain('Use `p-limit@7.0.0`; you have express@4.21.2.')
  expect(text).toContain('1 package not checked')
})

async function startReviewed(options: SceneOptions = {}): Promise<Scene> {
  const scene = await startScene({ github: { repositories: [ordersRepository()] }, ...options })
  scene.registry.publish('pg', { '8.13.1': {} })
  scene.registry.publish('p-limit', { '7.0.0': {} })
  return scene
}

/** The first of the blocks, which is what the thread keeps. */
function textOf(content: unknown): unknown {
  return Array.isArray(content) ? (content[0] as { text?: unknown }).text : undefined // a block of the wire format
}

async function ask({ slack, dana, orders }: Scene, question: string): Promise<{ ts: string; text: string }> {
  const ts = dana.says(orders, `${slack.mention} ${question}`)
  return { ts, text: slack.textOf(await slack.waitForReply(orders, ts)) }
}
