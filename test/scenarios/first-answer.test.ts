import { describe, expect, test } from 'vitest'
import { startScene } from '../support/start-scene.ts'

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  test('a mention is answered once, in its thread', async () => {
    await using scene = await startScene({ mode })
    const { slack, anthropic, dana, orders } = scene
    anthropic.reply({ text: 'Use a transaction.\n\n```ts\nawait db.transaction(work)\n```\n' })

    const ts = dana.says(orders, `${slack.mention} how do we keep orders and payments in step?`)
    const answer = await slack.waitForReply(orders, ts)

    expect(slack.textOf(answer)).toContain('Use a transaction.')
    expect(slack.textOf(answer)).toContain('await db.transaction(work)')
    expect(slack.answers(orders, ts)).toHaveLength(1)
    expect(slack.channelMessages(orders)).toHaveLength(1)
  })

  test('a follow-up needs no mention and is answered with what was said before', async () => {
    await using scene = await startScene({ mode })
    const { slack, anthropic, dana, orders } = scene
    anthropic.reply({ text: 'Fastify 5.' })
    anthropic.reply({ text: 'Because it validates by schema.' })

    const ts = dana.says(orders, `${slack.mention} which framework?`)
    await slack.waitForReply(orders, ts)
    const again = dana.says(orders, 'why?', { threadTs: ts })
    const answer = await slack.waitForReply(orders, ts, { after: again })

    expect(slack.textOf(answer)).toContain('Because it validates by schema.')
    expect(anthropic.requests[1]?.raw).toContain('Fastify 5.')
    expect(slack.answers(orders, ts)).toHaveLength(2)
  })
})
