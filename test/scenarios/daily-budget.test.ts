import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { billOf } from '../support/anthropic/bill-of.ts'
import type { Failure, MessageRequest, Reply } from '../support/anthropic/script.ts'
import { sampleService } from '../support/sample-service.ts'
import { type Scene, type SceneOptions, startScene } from '../support/start-scene.ts'

const review = 'review https://github.com/acme/orders standard'
const question = 'how do we cache with Redis?'
const record = 'record this decision'

/** How a call goes: how much of its room the model thinks through, and whether it breaks off then. */
interface Call {
  share: number
  fault: 'none' | 'cut' | 'error' | 'overloaded'
}

const anyCall = fc.record<Call>({
  share: fc.constantFrom(0.2, 0.6, 0.9, 0.95),
  fault: fc.constantFrom('none', 'none', 'none', 'cut', 'error', 'overloaded'),
})

test("turns and reviews at the same time never pass the day's budget together", async () => {
  const anyDay = fc.record({
    budgetUsd: fc.double({ min: 0.4, max: 2.5, noNaN: true }),
    asked: fc.array(fc.constantFrom(review, review, question, question, record), { minLength: 3, maxLength: 8 }),
    calls: fc.array(anyCall, { minLength: 1, maxLength: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(anyDay, async ({ budgetUsd, asked, calls }) => {
      await using scene = await startBudget(budgetUsd)
      const { slack, anthropic, dana, orders } = scene
      let at = 0
      anthropic.replyWith((request) => play(request, calls[(at += 1) % calls.length]))
      const threads = asked.map((text) => dana.says(orders, `${slack.mention} ${text}`))
      for (const ts of threads) await slack.waitForReply(orders, ts)
      await slack.settled()
      expect(billOf(anthropic)).toBeLessThanOrEqual(budgetUsd)
    }),
    { numRuns: 4, endOnFailure: true },
  )
})

test("when the day's budget is spent, answers go on from facts and say so", async () => {
  await using scene = await startBudget(0.5)
  const { anthropic } = scene
  anthropic.reply({ thinking: 'long '.repeat(12_000), text: 'The last one from the model.' })
  expect(await ask(scene, 'hello?')).toContain('The last one from the model.')
  const answer = await ask(scene, question)
  expect(answer).toContain('00:00 UTC')
  expect(answer).toContain('Redis')
  expect(anthropic.requests).toHaveLength(1)
})

test('a model whose price is not known counts as the dearest that is, also after a restart, unless that is allowed', async () => {
  const env = { ARCHITECT_MODEL: 'claude-haiku-4-5' }
  for (const [allowed, asked] of [
    ['false', 1],
    ['true', 3],
  ] as const) {
    await using scene = await startBudget(1, { env: { ...env, ARCHITECT_ALLOW_UNPRICED: allowed } })
    scene.anthropic.replyWith(() => ({ thinking: 'long '.repeat(12_000), text: 'From the model.' }))
    expect(await ask(scene, 'hello?')).toContain('From the model.')
    await ask(scene, question)
    await scene.stop()
    await scene.restart()
    await ask(scene, question)
    expect(scene.anthropic.requests).toHaveLength(asked)
  }
})

test('what was set aside for a call that nobody billed pays for the next one', async () => {
  await using scene = await startBudget(0.5)
  const { anthropic } = scene
  anthropic.fail({ status: 401 })
  expect(await ask(scene, 'hello?')).toContain('ANTHROPIC_API_KEY')
  anthropic.reply({ text: 'Here I am.' })
  expect(await ask(scene, 'hello again?')).toContain('Here I am.')
})

test('a new day has its own budget, also while the bot runs on', async () => {
  let now = Date.UTC(2026, 10, 23, 23, 50)
  await using scene = await startBudget(0.5, { now: () => now })
  const { anthropic } = scene
  anthropic.reply({ thinking: 'long '.repeat(12_000), text: 'The last one of the day.' })
  expect(await ask(scene, 'hello?')).toContain('The last one of the day.')
  expect(await ask(scene, question)).toContain('00:00 UTC')
  now += 3_600_000
  anthropic.reply({ text: 'Good morning.' })
  expect(await ask(scene, 'hello again?')).toContain('Good morning.')
})

function startBudget(budgetUsd: number, options: Pick<SceneOptions, 'now' | 'env'> = {}): Promise<Scene> {
  const env = { ARCHITECT_DAILY_BUDGET_USD: String(budgetUsd), ...options.env }
  return startScene({ github: { repositories: [sampleService()] }, ...options, env })
}

async function ask({ slack, dana, orders }: Scene, text: string): Promise<string> {
  const ts = dana.says(orders, `${slack.mention} ${text}`)
  return slack.textOf(await slack.waitForReply(orders, ts))
}

function play({ body, isExtraction }: MessageRequest, call: Call = { share: 0.2, fault: 'none' }): Reply | Failure {
  if (call.fault === 'overloaded') return { status: 529, retryAfter: 600 }
  const said = isExtraction
    ? { json: { explanations: [], findings: [], areas: [], repairs: [], verdict: null } }
    : { text: 'This is what I think of it, all things considered.' }
  const thinking = 'x'.repeat(Math.floor(body.max_tokens * 4 * call.share))
  const fault = call.fault === 'none' ? {} : { fault: { kind: call.fault, afterChars: 0 } }
  return { ...said, thinking, chunkSize: 100_000, ...fault }
}
