import { expect, test } from 'vitest'
import { startScene } from '../support/start-scene.ts'

const wall = (subject: string) => `${subject} ${'and the details of it go on for quite a while. '.repeat(800)}`

test('a thread that has grown long goes on from a summary whose facts name their messages, and keeps the newest turns', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  let said = ''
  anthropic.replyWith(({ isExtraction }) =>
    isExtraction
      ? {
          json: {
            summary: 'They run one Postgres primary.',
            facts: [
              { kind: 'constraint', text: 'No downtime on Fridays', messageTs: said },
              { kind: 'number', text: 'Invented: 99 shards', messageTs: '1.000001' },
            ],
          },
        }
      : { text: 'Understood.' },
  )

  said = dana.says(orders, `${slack.mention} ${wall('subject-0')}`)
  const thread = said
  await slack.waitForReply(orders, thread)
  for (let turn = 1; turn < 9; turn++) {
    const ts = dana.says(orders, wall(`subject-${turn}`), { threadTs: thread })
    await slack.waitForReply(orders, thread, { after: ts })
  }

  const summarised = anthropic.requests.findIndex(({ isExtraction }) => isExtraction)
  const last = anthropic.requests.findLast(({ isExtraction }) => !isExtraction)
  expect(summarised).toBeGreaterThan(0)
  expect(last?.raw).toContain('They run one Postgres primary.')
  expect(last?.raw).toContain('No downtime on Fridays')
  expect(last?.raw).not.toContain('99 shards')
  expect(last?.raw).not.toContain('subject-0')
  expect(last?.raw).toContain('subject-8')
})

test('in a channel shared with another company their people are told to ask a colleague', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana } = scene
  const partner = slack.addTeam('Partner')
  const guest = slack.addUser({ name: 'gil', team: partner })
  const shared = slack.addChannel({ name: 'shared', isExtShared: true, members: [dana, guest] })

  const ts = guest.says(shared, `${slack.mention} how is your database set up?`)
  const answer = await slack.waitForReply(shared, ts)

  expect(slack.textOf(answer)).toContain('ask a colleague')
  expect(anthropic.requests).toHaveLength(0)
})

test('what was said in other channels stays out of a channel shared with another company', async () => {
  await using scene = await startScene()
  const { slack, anthropic, dana, orders } = scene
  const shared = slack.addChannel({ name: 'shared', isExtShared: true, members: [dana] })
  anthropic.replyWith(({ raw }) =>
    raw.includes('what do we know') && !raw.includes('"tool_result"')
      ? { toolCalls: [{ name: 'search_threads', input: { query: 'margin' } }] }
      : { text: 'Noted.' },
  )

  const open = dana.says(orders, `${slack.mention} our margin is 41 percent`)
  await slack.waitForReply(orders, open)
  const ts = dana.says(shared, `${slack.mention} what do we know about the margin?`)
  await slack.waitForReply(shared, ts)

  expect(anthropic.requests.at(-1)?.raw).toContain('Nothing was found')
  expect(anthropic.requests.at(-1)?.raw).not.toContain('41 percent')
})
