import { expect, test } from 'vitest'
import { connectClient, useSlack } from './clients.ts'

async function setUp() {
  const slack = await useSlack()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const client = connectClient(slack)
  const post = async (message: Record<string, unknown>) => {
    await client.apiCall('chat.postMessage', { channel: channel.id, ...message })
    return channel.messages.at(-1)!
  }
  return { slack, ana, channel, post }
}

test('text is read with names, labels and plain characters', async () => {
  const { slack, ana, channel, post } = await setUp()
  const text = `<@${ana.id}> see <https://example.com|the guide> in <#${channel.id}>: a &lt; b`
  expect(slack.textOf(await post({ text }))).toBe('@ana see the guide in #backend: a < b')
})

test('blocks win over the fallback text and are read top to bottom', async () => {
  const { slack, post } = await setUp()
  const button = { type: 'button', action_id: 'go', value: 'secret', text: { type: 'plain_text', text: 'Record' } }
  const cell = (text: string) => ({ type: 'raw_text', text })
  const message = await post({
    text: 'fallback',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'Review' } },
      { type: 'section', text: { type: 'mrkdwn', text: '*Two* findings' }, accessory: button },
      {
        type: 'table',
        rows: [
          [cell('File'), cell('Line')],
          [cell('a.ts'), cell('7')],
        ],
      },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'claude, 2 cents' }] },
    ],
  })
  expect(slack.textOf(message)).toBe('Review\n*Two* findings\nRecord\nFile | Line\na.ts | 7\nclaude, 2 cents')
})

const pinging: [string, Record<string, unknown>, string[]][] = [
  ['a broadcast', { text: 'x <!channel> y' }, ['@channel']],
  [
    'a broadcast in a section',
    { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '<!here|here>' } }] },
    ['@here|here'],
  ],
  ['a user group', { text: '<!subteam^S012|@oncall>' }, ['@group']],
  ['a broadcast in markdown', { markdown_text: 'hello <!everyone>' }, ['@everyone']],
  ['a bare name with link_names', { text: 'hello @channel', link_names: true }, ['@channel']],
  [
    'a rich text broadcast',
    {
      blocks: [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'here' }] }],
        },
      ],
    },
    ['@here'],
  ],
]

test.each(pinging)('%s notifies', async (_, message, pings) => {
  const { slack, post } = await setUp()
  expect(slack.effectsOf(await post(message)).pings.map((name) => name.split('|')[0])).toEqual(
    pings.map((name) => name.split('|')[0]),
  )
})

const quiet: [string, Record<string, unknown>][] = [
  ['an escaped broadcast', { text: '&lt;!channel&gt; @channel' }],
  [
    'a broadcast in plain text',
    { blocks: [{ type: 'header', text: { type: 'plain_text', text: '<!channel> https://x.y' } }] },
  ],
  ['a broadcast in a code span', { markdown_text: '`<!channel> https://x.y`' }],
  ['a broadcast in a fence', { markdown_text: '```\n<!channel>\nhttps://x.y\n```' }],
]

test.each(quiet)('%s does nothing', async (_, message) => {
  const { slack, post } = await setUp()
  expect(slack.effectsOf(await post(message))).toEqual({ pings: [], links: [], images: [] })
})

test('links and images are found wherever they hide', async () => {
  const { slack, post } = await setUp()
  const text = await post({ text: 'https://a.example <https://b.example|b>' })
  const markdown = await post({
    markdown_text: '[x](https://c.example) ![y](https://d.example/y.png) https://e.example',
  })
  const blocks = await post({
    blocks: [
      { type: 'image', image_url: 'https://f.example/f.png', alt_text: 'f' },
      {
        type: 'actions',
        elements: [{ type: 'button', url: 'https://g.example', text: { type: 'plain_text', text: 'g' } }],
      },
    ],
  })
  expect(slack.effectsOf(text).links).toEqual(['https://a.example', 'https://b.example'])
  expect(slack.effectsOf(markdown)).toMatchObject({
    links: ['https://c.example', 'https://e.example'],
    images: ['https://d.example/y.png'],
  })
  expect(slack.effectsOf(blocks)).toMatchObject({ links: ['https://g.example'], images: ['https://f.example/f.png'] })
})

test('a reply counts as finished when the status is gone and only after what was asked last', async () => {
  const { slack, ana, channel, post } = await setUp()
  const root = ana.says(channel, 'first')
  await post({ thread_ts: root, text: 'one' })
  expect(slack.textOf(await slack.waitForReply(channel, root))).toBe('one')
  ana.says(channel, 'second', { threadTs: root })
  await expect(slack.waitForReply(channel, root, { timeoutMs: 150 })).rejects.toThrow('a finished answer')
  await post({ thread_ts: root, text: 'two' })
  expect(slack.textOf(await slack.waitForReply(channel, root))).toBe('two')
})
