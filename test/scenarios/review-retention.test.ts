import { expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'
import { type Scene, startScene } from '../support/start-scene.ts'
import type { Message } from '../support/slack/world.ts'

const url = 'https://github.com/acme/orders'
const dayMs = 86_400_000

test('after 90 days a report is gone, while the next review still compares and what was dismissed stays dismissed', async () => {
  const clock = { days: 0 }
  await using scene = await startScene({
    now: () => Date.now() + clock.days * dayMs,
    github: { repositories: [sampleService()] },
  })
  const { slack, dana } = scene
  const ts = await reviewFacts(scene)
  const [wontFix, openForm] = [
    await withButton(scene, ts, 'wont-fix:0', 0),
    await withButton(scene, ts, 'wont-fix:0', 1),
  ]
  const deeper = await withButton(scene, ts, 'review:0', 0)
  const title = titleOf(scene, wontFix)
  await dana.clicks(wontFix, 'wont-fix:0')
  await dana.submits(await slack.waitFor(() => slack.views(dana)[0]), { reason: 'The gateway does it.' })
  await said(scene, ts, 'The gateway does it.')
  await dana.clicks(openForm, 'wont-fix:0')
  const form = await slack.waitFor(() => slack.views(dana)[0])

  clock.days = 91
  await scene.stop()
  await scene.restart()
  expect(await shownAfter(dana.clicks(wontFix, 'wont-fix:0'))).toContain('Run the review again')
  expect(await shownAfter(dana.clicks(deeper, 'review:0'))).toContain('Ask for a new one')
  const refused = await dana.submits(form, { reason: 'Later.' })
  expect(refused.errors).toEqual({ reason: expect.stringContaining('Run the review again') })

  const again = await reviewFacts(scene)
  const text = slack.textOf(await said(scene, again, ', by rules'))
  expect(text).toMatch(/0 fixed, 0 new, [1-9]\d* open since/)
  expect(text).toContain('1 that the team does not fix')
  expect(text).not.toContain(`${title}, `)
})

async function reviewFacts(scene: Scene): Promise<string> {
  const { slack, dana, orders } = scene
  const ts = dana.says(orders, `${slack.mention} review ${url} facts`)
  await said(scene, ts, ', by rules')
  await slack.settled()
  return ts
}

function said({ slack, orders }: Scene, ts: string, words: string): Promise<Message> {
  return slack.waitFor(() => slack.answers(orders, ts).find((message) => slack.textOf(message).includes(words)))
}

function withButton({ slack, orders }: Scene, ts: string, actionId: string, index: number): Promise<Message> {
  const has = (message: Message) => slack.buttonsOf(message).some((button) => button.actionId === actionId)
  return slack.waitFor(() => slack.answers(orders, ts).filter(has)[index])
}

function titleOf({ slack }: Scene, message: Message): string {
  return /\*\*1\. (.*?)\*\*/.exec(slack.textOf(message))?.[1] ?? 'nothing'
}

async function shownAfter(running: ReturnType<Scene['dana']['clicks']>): Promise<string> {
  const interaction = await running
  for (let tries = 0; interaction.shown.length === 0 && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 25))
  return interaction.shown.map(({ text }) => text).join('\n')
}
