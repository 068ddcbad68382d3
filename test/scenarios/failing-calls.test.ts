import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerByNumber, ask, type Asked, findFaults, waitForAnswers } from '../support/numbered-questions.ts'
import type { Fault } from '../support/slack/faults.ts'
import type { Json } from '../support/slack/world.ts'
import { type Scene, startScene } from '../support/start-scene.ts'

const faults: Record<string, Fault> = {
  'an error 500': { status: 500 },
  'a cut connection': { cut: true },
  'a rate limit': { retryAfterSeconds: 1 },
  'an effect whose answer is lost': { cut: true, afterEffect: true },
  'half an answer': { half: true },
  'a page of some proxy': { error: '<html>502 Bad Gateway</html>' },
}

const isIn = (args: Json, { id }: { id: string }) => (args.channel ?? args.channel_id) === id

describe.each([
  ['streaming', {}],
  ['by post and update', { agentMethods: false }],
])('when any one call of an answer fails, %s,', (_name, slackOptions) => {
  let scene: Scene
  const asked = new Map<string, Asked[]>()

  beforeAll(async () => {
    scene = await startScene({ slack: slackOptions })
    answerByNumber(scene.anthropic)
    const calls = await countCalls(scene)
    for (const [name, fault] of Object.entries(faults)) asked.set(name, failEach(scene, name, fault, calls))
    await waitForAnswers(scene.slack, [...asked.values()].flat(), 30_000)
  }, 40_000)
  afterAll(() => scene[Symbol.asyncDispose]())

  test.each(Object.keys(faults))('with %s, each thread still has one whole answer', (name) => {
    expect(asked.get(name)?.length).toBeGreaterThan(3)
    expect(findFaults(scene.slack, asked.get(name) ?? [])).toEqual([])
  })
})

/** How many calls one undisturbed answer takes. */
async function countCalls({ slack, dana, orders }: Scene): Promise<number> {
  const first = ask(slack, dana, 0, { channel: orders })
  await waitForAnswers(slack, [first])
  return slack.requests.filter(({ args }) => isIn(args, orders)).length
}

/** Asks as many questions as an answer has calls, and lets the n-th call of the n-th answer fail. */
function failEach({ slack, dana }: Scene, name: string, fault: Fault, calls: number): Asked[] {
  return Array.from({ length: calls }, (_, index) => {
    const channel = slack.addChannel({ name: `${name} at call ${index + 1}`, members: [dana] })
    let seen = 0
    slack.fail('*', { ...fault, when: (args) => isIn(args, channel) && ++seen === index + 1 })
    return ask(slack, dana, index, { channel })
  })
}
