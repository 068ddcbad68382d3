import { expect, test } from 'vitest'
import type { Reply } from '../support/anthropic/script.ts'
import { sampleService } from '../support/sample-service.ts'
import type { Message } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const url = 'https://github.com/acme/orders'
const change = { message: 'Search', branch: 'search', files: { 'src/search.js': 'export const search = 1\n' } }
const pushed = { message: 'More', branch: 'search', files: { 'src/search.js': 'export const search = 2\n' } }

test('a review whose model fails in the middle keeps what is verified and goes on where it ended', async () => {
  await using scene = await startReviews()
  const { slack, anthropic } = scene
  const { ts, answer } = await reviewUntilItFails(scene, url)
  expect(slack.textOf(answer)).toContain('The model failed before the end')
  expect(slack.textOf(answer)).toMatch(/\d areas? left/)
  expect(slack.textOf(answer)).toContain('src/')

  anthropic.replyWith(() => nothingFound)
  await press(scene, answer, 'Continue')
  const whole = await said(scene, ts, 'Review of', 1)
  expect(slack.textOf(whole)).not.toContain('left')
  expect(timesAsked(scene, 'security')).toBe(1)
})

test('what was said of a pull request before somebody pushed to it is not carried on', async () => {
  await using scene = await startReviews()
  const { anthropic, github } = scene
  const { ts, answer } = await reviewUntilItFails(scene, `${url}/pull/3`)
  github.push('acme/orders', pushed)
  anthropic.replyWith(() => nothingFound)
  await press(scene, answer, 'Continue')
  await said(scene, ts, 'Review of', 1)
  expect(timesAsked(scene, 'security')).toBe(2)
})

test('what was said of a pull request before a restart counts at the same commit alone', async () => {
  for (const [push, times] of [
    [false, 1],
    [true, 2],
  ] as const) {
    await using scene = await startReviews()
    const { slack, anthropic, github, dana, orders } = scene
    anthropic.reply(nothingFound, ({ lastText }) => lastText.includes(areasNow('security')))
    anthropic.fail({ status: 'never-answer' })
    const ts = dana.says(orders, `${slack.mention} review ${url}/pull/3 standard`)
    await slack.waitFor(() => anthropic.requests.length >= 2)
    await scene.stop()
    if (push) github.push('acme/orders', pushed)
    anthropic.replyWith(() => nothingFound)
    await scene.restart()
    await slack.waitFor(() => slack.thread(orders, ts).some(({ files }) => files.length > 0))
    expect(timesAsked(scene, 'security')).toBe(times)
  }
})

const nothingFound: Reply = { json: { explanations: [], findings: [], areas: [], repairs: [], verdict: null } }

const areasNow = (area: string) => `Review these areas now: ${area}`

function startReviews(): Promise<Scene> {
  const orders = sampleService({ pulls: [{ number: 3, title: 'Search', head: 'search' }] })
  const repository = { ...orders, commits: [...orders.commits, change] }
  return startScene({ github: { repositories: [repository] } })
}

/** A review in whose second call the model fails for good. */
async function reviewUntilItFails(scene: Scene, what: string): Promise<{ ts: string; answer: Message }> {
  const { slack, anthropic, dana, orders } = scene
  anthropic.reply(nothingFound)
  anthropic.fail({ status: 529, retryAfter: 600 })
  const ts = dana.says(orders, `${slack.mention} review ${what} standard`)
  const answer = await slack.waitFor(() =>
    slack
      .answers(orders, ts)
      .find((message) => slack.buttonsOf(message).some(({ label }) => label.startsWith('Continue'))),
  )
  return { ts, answer }
}

async function press({ slack, dana }: Scene, message: Message, label: string): Promise<void> {
  const button = slack.buttonsOf(message).find((each) => each.label.startsWith(label))
  await dana.clicks(message, button?.actionId ?? '')
}

function said({ slack, orders }: Scene, ts: string, words: string, index: number): Promise<Message> {
  return slack.waitFor(
    () => slack.answers(orders, ts).filter((message) => slack.textOf(message).includes(words))[index],
  )
}

function timesAsked({ anthropic }: Scene, area: string): number {
  return anthropic.requests.filter(({ lastText }) => lastText.includes(areasNow(area))).length
}
