import { expect, test } from 'vitest'
import { connectClient, useSlack } from './clients.ts'

test('a file the bot uploads becomes a message in the thread', async () => {
  const slack = await useSlack()
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const root = ana.says(channel, 'report please')
  await connectClient(slack).filesUploadV2({
    channel_id: channel.id,
    thread_ts: root,
    filename: 'report.sarif',
    content: '{"version":"2.1.0"}',
    initial_comment: 'The report',
  })
  const [answer] = slack.answers(channel, root)
  expect(answer?.files[0]?.content.toString()).toBe('{"version":"2.1.0"}')
  expect(slack.textOf(answer!)).toBe('The report\n[file: report.sarif]')
})

test('a file a person attaches is read with the token and not without', async () => {
  const slack = await useSlack({ botEvents: ['app_mention'] })
  const ana = slack.addUser({ name: 'ana' })
  const channel = slack.addChannel({ name: 'backend' })
  const ts = ana.says(channel, '@architect look', { files: [{ name: 'a.ts', content: 'export {}' }] })
  const { messages } = await connectClient(slack).conversations.replies({ channel: channel.id, ts })
  const url = messages?.[0]?.files?.[0]?.url_private ?? ''
  const authorized = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` } })
  expect(await authorized.text()).toBe('export {}')
  expect(await (await fetch(url)).text()).toContain('Sign in to Slack')
})
