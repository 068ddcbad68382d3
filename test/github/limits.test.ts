import { describe, expect, test } from 'vitest'
import { createMemoryCache } from '../../src/github/answer-cache.ts'
import { createGitHub } from '../../src/github/github.ts'
import { openClient, problemOf, valueOf } from './open-client.ts'
import { orders } from './sample.ts'

const ref = { owner: 'acme', name: 'orders' }
const repositories = [orders]
const read = /^GET \/repos\/acme\/orders$/

describe('GitHub limiting requests', () => {
  test('tells when the hourly limit resets, and asks nothing more before', async () => {
    await using client = await openClient({ repositories })
    const reset = Math.floor(Date.now() / 1000) + 1800
    client.standIn.rates.leave('anonymous', 0, reset)
    const retryAt = new Date((reset + 1) * 1000)
    const limited = { kind: 'rate-limited', scope: 'primary', retryAt, anonymous: true }
    expect(problemOf(await client.github.repository(ref))).toMatchObject(limited)
    expect(problemOf(await client.github.repository(ref))).toMatchObject(limited)
    expect(client.standIn.requests).toHaveLength(1)
    expect(client.waitsMs).toEqual([])
  })

  test('asks nothing more after the answer that used up the limit', async () => {
    await using client = await openClient({ repositories })
    client.standIn.rates.leave('anonymous', 1, Math.floor(Date.now() / 1000) + 1800)
    valueOf(await client.github.repository(ref))
    expect(problemOf(await client.github.repository(ref)).kind).toBe('rate-limited')
    expect(client.standIn.requests).toHaveLength(1)
  })

  test('asks again once the limit has reset', async () => {
    let nowMs = Date.now()
    await using client = await openClient({ repositories }, { now: () => nowMs })
    client.standIn.fail({
      route: read,
      kind: 'status',
      status: 403,
      message: 'API rate limit exceeded',
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(nowMs / 1000) + 600) },
    })
    expect(problemOf(await client.github.repository(ref)).kind).toBe('rate-limited')
    nowMs += 602_000
    expect(valueOf(await client.github.repository(ref)).name).toBe('orders')
  })

  test('waits out a short request to slow down', async () => {
    let nowMs = Date.now()
    const waitsMs: number[] = []
    const wait = async (ms: number) => {
      waitsMs.push(ms)
      nowMs += ms
    }
    await using client = await openClient({ repositories }, { wait, now: () => nowMs })
    client.standIn.rates.slowDown(1, 3)
    expect(valueOf(await client.github.repository(ref)).name).toBe('orders')
    expect(waitsMs).toEqual([3000])
  })

  test('tells when to come back after a long request to slow down', async () => {
    const nowMs = Date.parse('2026-03-02T12:00:00Z')
    await using client = await openClient({ repositories }, { now: () => nowMs })
    client.standIn.rates.slowDown(1, 90)
    const problem = problemOf(await client.github.repository(ref))
    expect(problem).toMatchObject({ kind: 'rate-limited', scope: 'secondary', retryAt: new Date(nowMs + 90_000) })
    expect(problem.sentence).toContain('12:02 UTC')
    expect(problemOf(await client.github.repository(ref)).kind).toBe('rate-limited')
    expect(client.standIn.requests).toHaveLength(1)
  })

  test('stays away for a minute when GitHub names no time', async () => {
    const nowMs = Date.parse('2026-03-02T12:00:00Z')
    await using client = await openClient({ repositories }, { now: () => nowMs })
    client.standIn.rates.slowDown(1)
    expect(problemOf(await client.github.repository(ref))).toMatchObject({ retryAt: new Date(nowMs + 60_000) })
  })

  test('gives up politely when GitHub keeps asking to slow down', async () => {
    let nowMs = Date.now()
    const wait = async (ms: number) => void (nowMs += ms)
    await using client = await openClient({ repositories }, { wait, now: () => nowMs })
    client.standIn.rates.slowDown(10, 1)
    expect(problemOf(await client.github.repository(ref)).kind).toBe('rate-limited')
    expect(client.standIn.requests).toHaveLength(3)
  })

  test('never has more than four requests under way', async () => {
    await using client = await openClient({ repositories }, { timeoutMs: 1000 })
    client.standIn.fail({ route: /./, kind: 'hang', times: 4 })
    const asked = Array.from({ length: 6 }, (_, index) => client.github.repository({ ...ref, name: `r${index}` }))
    await expect.poll(() => client.standIn.requests.length).toBe(4)
    const kinds = (await Promise.all(asked)).map((outcome) => problemOf(outcome).kind)
    expect(kinds).toEqual(['timed-out', 'timed-out', 'timed-out', 'timed-out', 'not-found', 'not-found'])
  })
})

describe('GitHub failing', () => {
  test.each([
    ['answers 502', { kind: 'status', status: 502 } as const],
    ['drops the line', { kind: 'cut' } as const],
  ])('tries again when it %s', async (_name, fault) => {
    await using client = await openClient({ repositories })
    client.standIn.fail({ route: read, times: 2, ...fault })
    expect(valueOf(await client.github.repository(ref)).name).toBe('orders')
    expect(client.waitsMs).toEqual([500, 2000])
  })

  test.each([
    ['answering 503', { kind: 'status', status: 503 } as const, 503],
    ['dropping the line', { kind: 'cut' } as const, undefined],
  ])('says so when it keeps %s', async (_name, fault, status) => {
    await using client = await openClient({ repositories })
    client.standIn.fail({ route: read, times: 5, ...fault })
    const problem = problemOf(await client.github.repository(ref))
    expect(problem).toMatchObject({ kind: 'unavailable', ...(status && { status }) })
    expect(client.standIn.requests).toHaveLength(3)
  })

  test('says so when nobody is there', async () => {
    await using client = await openClient({ repositories })
    await client.standIn[Symbol.asyncDispose]()
    expect(problemOf(await client.github.repository(ref)).kind).toBe('unavailable')
  })

  test('says so when it does not answer in time', async () => {
    await using client = await openClient({ repositories }, { timeoutMs: 100 })
    client.standIn.fail({ route: read, kind: 'hang' })
    expect(problemOf(await client.github.repository(ref)).kind).toBe('timed-out')
  })

  test('says so when what it answers is not what it should be', async () => {
    await using client = await openClient({ repositories })
    client.standIn.fail({ route: read, kind: 'status', status: 200, message: 'Welcome to the hotel network' })
    expect(problemOf(await client.github.repository(ref)).kind).toBe('unavailable')
  })

  test('stops at once when told to', async () => {
    await using client = await openClient({ repositories })
    client.standIn.fail({ route: read, kind: 'hang' })
    const stop = new AbortController()
    const asked = client.github.repository(ref, { signal: stop.signal })
    await expect.poll(() => client.standIn.requests.length).toBe(1)
    stop.abort(new Error('The person pressed stop'))
    await expect(asked).rejects.toThrow('The person pressed stop')
  })

  test('is not waited for once told to stop', async () => {
    await using client = await openClient({ repositories })
    const github = createGitHub({
      apiUrl: client.standIn.url,
      auth: { kind: 'none' },
      userAgent: 'architect-test',
      cache: createMemoryCache(),
      snapshotDirectory: client.snapshotDirectory,
      backoffMs: [60_000],
    })
    client.standIn.fail({ route: read, kind: 'status', status: 502 })
    const stop = new AbortController()
    const asked = github.repository(ref, { signal: stop.signal })
    await expect.poll(() => client.standIn.requests[0]?.status).toBe(502)
    stop.abort(new Error('The person pressed stop'))
    await expect(asked).rejects.toThrow('The person pressed stop')
  })

  test('is not followed to a foreign host, and sends no credentials there', async () => {
    await using foreign = await openClient({ repositories })
    await using client = await openClient({ repositories }, { auth: { kind: 'token', token: 'secret' } })
    client.standIn.fail({ route: read, kind: 'redirect', location: `${foreign.standIn.url}/repos/acme/orders` })
    expect(problemOf(await client.github.repository(ref))).toMatchObject({
      kind: 'foreign-redirect',
      host: new URL(foreign.standIn.url).host,
    })
    expect(foreign.standIn.requests).toEqual([])
  })
})
