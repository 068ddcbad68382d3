import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DraftRequest, draftDecision } from '../../src/decisions/draft-decision.ts'
import { prefillDecision } from '../../src/decisions/prefill-decision.ts'
import type { ThreadMessage } from '../../src/decisions/thread.ts'
import { startAnthropic } from '../support/anthropic/start-anthropic.ts'
import { claudeOn, key, unhurried } from '../support/anthropic/use-claude.ts'

const folder = join(import.meta.dirname, '../cases/decisions/threads')
const instructions = readFileSync(join(import.meta.dirname, '../../prompts/decision.md'), 'utf8')

/** The day after the threads' messages. */
const threadDay = Date.parse('2023-11-15')

interface ThreadCase extends Omit<DraftRequest, 'repository'> {
  repository: string | null
  answer: unknown
}

function readCase(name: string): ThreadCase {
  // The files of this folder have that shape.
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as ThreadCase
}

test.each(readdirSync(folder))('the thread %s gives the expected drafts', async (name) => {
  const { answer, repository, ...given } = readCase(name)
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ json: answer })
  const drafter = { claude: claudeOn(anthropic), instructions, modelName: 'claude-opus-5-5', now: () => threadDay }
  const drafting = await draftDecision(drafter, { ...given, repository: repository ?? undefined }, unhurried())
  const { usage, model, ...outcome } = drafting
  expect(model).toContain('claude')
  expect(usage.outputTokens).toBeGreaterThan(0)
  const drafts = join(import.meta.dirname, '../cases/decisions/drafts')
  const expected: unknown = JSON.parse(readFileSync(join(drafts, name), 'utf8'))
  // As JSON, since a file cannot hold undefined.
  expect(JSON.parse(JSON.stringify(outcome))).toEqual(expected)
})

test('a model that fails is told as a value', async () => {
  const { answer: _answer, ...given } = readCase('agreed.json')
  await using anthropic = await startAnthropic({ key })
  anthropic.reply({ text: 'I would rather not.' })
  const drafter = { claude: claudeOn(anthropic), instructions, modelName: 'claude-opus-5-5', now: () => threadDay }
  const drafting = await draftDecision(drafter, { ...given, repository: undefined }, unhurried())
  expect(drafting).toMatchObject({ kind: 'failed', failure: { kind: 'unusable-answer' } })
})

function say(authorId: string, text: string, ts = '1.0'): ThreadMessage {
  return {
    ts,
    authorId,
    authorName: authorId,
    fromArchitect: authorId === 'UBOT',
    text,
    link: `https://acme.slack.com/${ts}`,
  }
}

test('without a model the form is filled with what the thread shows', () => {
  const thread = [
    say('UA', '<@UBOT> Which queue, <https://bullmq.io|BullMQ> &amp; Redis? We lose mails.', '1.1'),
    say('UBOT', 'Either.', '1.2'),
    say('UB', 'I did `npm i -E pg-boss@10` and like it, also `@acme/queue`', '1.3'),
  ]
  expect(prefillDecision(thread, '')).toMatchObject({
    title: 'Which queue, BullMQ & Redis?',
    deciders: ['UA', 'UB'],
    context: [{ source: { kind: 'message', ts: '1.1', link: 'https://acme.slack.com/1.1' } }],
    outcome: { option: '' },
    affects: { packages: ['@acme/queue', 'pg-boss'] },
  })
  expect(prefillDecision(thread, 'Run jobs on pg-boss').title).toBe('Run jobs on pg-boss')
  expect(prefillDecision([], '')).toMatchObject({ title: '', context: [], deciders: [] })
})
