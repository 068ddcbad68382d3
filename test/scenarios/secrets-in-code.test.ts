import { expect, test } from 'vitest'
import type { Channel } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/shop'
const secrets = {
  password: 'Tr0ub4dor-and-3',
  key: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  signing: 'correct-horse-battery',
  old: 'Gr4nit-Kiesel-77',
}
const shop = {
  owner: 'acme',
  name: 'shop',
  defaultBranch: 'main',
  commits: [
    {
      message: 'Start',
      author: 'mira',
      files: {
        'package.json': JSON.stringify({ name: 'shop', main: 'src/app.js', dependencies: { express: '4.21.2' } }),
        'src/app.js': [
          "const jwt = require('jsonwebtoken')",
          "const app = require('express')()",
          `const database = { user: 'shop', password: '${secrets.password}' }`,
          `const pay = new Stripe('${secrets.key}')`,
          `app.post('/login', (req, res) => res.json(jwt.sign({ id: 1 }, '${secrets.signing}')))`,
          '',
        ].join('\n'),
      },
    },
    {
      message: 'Add mail',
      branch: 'mail',
      author: 'priya',
      files: { 'src/mail.js': `module.exports = { user: 'post', password: '${secrets.old}' }\n` },
    },
  ],
  pulls: [
    {
      number: 3,
      title: 'Add mail',
      head: 'mail',
      base: 'main',
      body: `Sign in with\npassword: ${secrets.old}`,
      author: 'priya',
    },
  ],
}

test('a question about code that holds secrets shows none of them to the model or the thread', async () => {
  await using scene = await startScene({ github: { repositories: [shop] } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply({
    toolCalls: [
      { name: 'read_files', input: { files: [{ path: 'src/app.js' }] } },
      { name: 'search_code', input: { words: 'password' } },
    ],
  })
  anthropic.replyWith(() => ({
    text: "`src/app.js:3` holds the password:\n\n```js\nconst database = { user: 'shop', password: '[secret]' }\n```",
  }))

  const ts = dana.says(orders, `${slack.mention} is this safe? ${url}/blob/main/src/app.js and ${url}/pull/3/files`)
  const answer = slack.textOf(await slack.waitForReply(orders, ts))

  expect(anthropic.requests.at(-1)?.raw).toContain("user: 'shop', password: '[secret]'")
  expect(anthropic.requests.at(-1)?.raw).toContain("user: 'post', password: '[secret]'")
  expect(answer).toContain('holds the password')
  expect(answer).not.toContain('not in the file as quoted')
  expect(findShown(scene, Object.values(secrets))).toEqual([])
})

test('a secret pasted into a thread, or edited into it, goes no further', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'Rotate it.' }))
  const ts = dana.says(
    orders,
    `${slack.mention} does this leak?\n\`\`\`\nSTRIPE_KEY=${secrets.key}\nDB_PASSWORD=${secrets.old}\n\`\`\``,
  )
  await slack.waitForReply(orders, ts)
  dana.edits(orders, ts, `${slack.mention} does this leak? password: "${secrets.password}"`)
  const again = dana.says(orders, 'and now?', { threadTs: ts })
  await slack.waitForReply(orders, ts, { after: again })

  expect(anthropic.requests[0]?.raw).toContain('DB_PASSWORD=[secret]')
  expect(anthropic.requests[1]?.raw).toContain('does this leak?')
  expect(findShown(scene, Object.values(secrets))).toEqual([])
})

test('a review of it names the places, and no message or file of it holds a secret', async () => {
  await using scene = await startScene({ key: false, github: { repositories: [shop] } })
  const { slack, dana, orders } = scene
  await dana.runs('/arch-review', url, orders)
  const files = await slack.waitFor(() => filesIn(slack, orders).length > 0 && filesIn(slack, orders))
  expect(files.map(({ name }) => name).join(' ')).toMatch(/\.md .*\.sarif .*\.json/)
  const said = slack
    .channelMessages(orders)
    .flatMap(({ ts }) => slack.answers(orders, ts).map((answer) => slack.textOf(answer)))
    .join('\n')
  expect(said).toMatch(/src\/app\.js:[345]/)
  expect(findShown(scene, Object.values(secrets))).toEqual([])
})

/** Which secrets left for Slack or the model, in a message or a file. */
function findShown({ slack, anthropic, orders }: Scene, wanted: readonly string[]): string[] {
  const sent = [
    ...slack.requests.map(({ rawBody }) => decodeURIComponent(rawBody)),
    ...anthropic.requests.map(({ raw }) => raw),
    ...filesIn(slack, orders).map(({ content }) => content.toString('utf8')),
  ]
  return wanted.filter((secret) => sent.some((text) => text.includes(secret)))
}

function filesIn(slack: Scene['slack'], channel: Channel) {
  const messages = slack.channelMessages(channel).flatMap(({ ts }) => slack.thread(channel, ts))
  return messages.flatMap((message) => message.files ?? [])
}
