import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import { startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'

test('a review that a restart interrupts is finished by the next start', async () => {
  await using scene = await startScene({ github: { repositories: [sampleService()] } })
  const { slack, anthropic, dana, orders } = scene
  anthropic.replyWith(() => ({ text: 'x'.repeat(4000), chunkSize: 4, chunkMs: 50 }))
  const ts = dana.says(orders, `${slack.mention} review ${url} standard`)
  const texts = () =>
    slack
      .answers(orders, ts)
      .map((message) => slack.textOf(message))
      .join('\n')
  await slack.waitFor(() => texts().includes('Reading it with the model'), { timeoutMs: 20_000 })
  await scene.stop()
  anthropic.replyWith(() => ({ json: { explanations: [], findings: [], areas: [], repairs: [], verdict: null } }))
  await scene.restart()
  // The first start may have said what it had; the files come with the end alone.
  await slack.waitFor(() => slack.thread(orders, ts).some(({ files }) => files.length > 0), { timeoutMs: 20_000 })
  expect(texts()).toContain(', standard depth')
  await slack.settled()
  expect(texts()).not.toContain('Stopped before the end')
}, 60_000)
