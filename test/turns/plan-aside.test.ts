import { describe, expect, test } from 'vitest'
import { planAside } from '../../src/turns/plan-aside.ts'
import { CannotSpeakError, NotNowError } from '../../src/turns/voice.ts'

const now = 1_000_000_000
const anyError = new Error('anything')

describe('a turn that could not be finished', () => {
  test.each([
    [1, 2000],
    [2, 4000],
    [5, 32_000],
  ])('after attempt %i waits %i ms', (attempts, waitMs) => {
    const turn = { attempts, createdAt: now, exhausted: false }
    expect(planAside(anyError, turn, now)).toEqual({ state: 'waiting', attempts, runAfter: now + waitMs })
  })

  test('is dead when even giving it up failed', () => {
    const turn = { attempts: 6, createdAt: now, exhausted: true }
    expect(planAside(anyError, turn, now).state).toBe('dead')
  })

  test('is dead at once where nothing can be said any more', () => {
    const turn = { attempts: 1, createdAt: now, exhausted: false }
    expect(planAside(new CannotSpeakError('gone'), turn, now).state).toBe('dead')
  })

  test.each([
    ['at once', 100, 1000],
    ['for a while', 20_000, 5000],
    ['for long', 20 * 3_600_000, 60_000],
  ])('waits without using an attempt up while Slack is away, away %s', (_name, ageMs, waitMs) => {
    const turn = { attempts: 3, createdAt: now - ageMs, exhausted: false }
    expect(planAside(new NotNowError('away'), turn, now)).toEqual({
      state: 'waiting',
      attempts: 2,
      runAfter: now + waitMs,
    })
  })

  test('is dead when Slack was away for more than a day', () => {
    const turn = { attempts: 1, createdAt: now - 25 * 3_600_000, exhausted: false }
    expect(planAside(new NotNowError('away'), turn, now).state).toBe('dead')
  })
})
