import { expect, test } from 'vitest'
import { runToEnd } from '../support/run-to-end.ts'
import { sampleService } from '../support/sample-service.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'
const nothing = { explanations: [], findings: [], areas: [], repairs: [], verdict: null }

test('a review of private code is not told in a channel that was shared with another company meanwhile', async () => {
  await using scene = await startPrivate()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => {
    orders.isExtShared = true
    return { json: nothing }
  })
  const ts = dana.says(orders, `${slack.mention} review ${url} standard`)
  expect(slack.textOf(await slack.waitForReply(orders, ts))).toContain('I cannot read acme/orders here')
  expect(anthropic.requests.length).toBeGreaterThan(0)
  expect(everythingIn(scene, ts)).not.toMatch(/src\/|Review of .*by/)
  expect(slack.calls('files.completeUploadExternal')).toEqual([])
})

test('a review of code that was unlinked meanwhile is not told, and no files are sent', async () => {
  await using scene = await startPrivate()
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ json: nothing, chunkSize: 5, chunkMs: 50 }))
  const ts = dana.says(orders, `${slack.mention} review ${url} standard`)
  await slack.waitFor(() => anthropic.requests.length > 0)
  await dana.runs('/architect', 'unlink acme/orders', orders)
  expect(slack.textOf(await slack.waitForReply(orders, ts))).toContain('I do not have this review any more')
  expect(everythingIn(scene, ts)).not.toContain('src/')
  expect(slack.calls('files.getUploadURLExternal')).toEqual([])
})

async function startPrivate(): Promise<Scene> {
  const token = 'ghp_0123456789abcdefghij0123456789abcdef'
  const scene = await startScene({
    github: {
      repositories: [sampleService({ private: true })],
      tokens: [{ token, login: 'acme-bot', repositories: ['acme/orders'] }],
    },
    env: { GITHUB_TOKEN: token },
  })
  await runToEnd(scene, scene.dana, 'link acme/orders', scene.orders)
  return scene
}

function everythingIn({ slack, orders }: Scene, ts: string): string {
  return slack
    .answers(orders, ts)
    .map((message) => slack.textOf(message))
    .join('\n')
}
