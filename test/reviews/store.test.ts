import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/db/open-store.ts'
import { channels, reviews } from '../../src/db/schema.ts'
import {
  addException,
  countWrongByRule,
  endExceptions,
  endExpiredExceptions,
  listExceptions,
} from '../../src/reviews/exception-store.ts'
import { applyExceptions } from '../../src/reviews/exceptions.ts'
import { forgetOldReviews } from '../../src/reviews/forget-old-reviews.ts'
import type { ReviewFinding, ReviewReport } from '../../src/reviews/review.ts'
import {
  createReview,
  findLastReview,
  finishReview,
  loadReview,
  loadThreadReview,
  saveParts,
} from '../../src/reviews/store.ts'
import { openTemporaryStore } from '../support/temporary-store.ts'
import { finding } from './findings.ts'
import { openReview, shop } from './open-review.ts'

const link = 'https://github.com/acme/shop'
const day = 86_400_000
const start = Date.UTC(2026, 9, 30)
const backend = { teamId: 'T1', channelId: 'C-backend' }
const general = { teamId: 'T1', channelId: 'C-general' }
const secrets = { teamId: 'T1', channelId: 'C-secrets' }

async function openStoreWithChannels(): Promise<Store> {
  const store = openTemporaryStore()
  const kinds = { 'C-backend': 'public', 'C-general': 'public', 'C-secrets': 'private' } as const
  const rows = Object.entries(kinds).map(([channelId, kind]) => ({
    teamId: 'T1',
    channelId,
    name: channelId,
    kind,
    shared: false,
    fetchedAt: start,
  }))
  await store.write(async (tx) => void (await tx.insert(channels).values(rows)))
  return store
}

async function keepReview(store: Store, id: string, audience: typeof backend, report: ReviewReport, now: number) {
  const asked = { threadTs: '1.1', requestedBy: 'U1', url: link, depth: 'facts', state: 'running' } as const
  await createReview(store, { ...audience, ...asked, id, target: report.target.key, sha: undefined }, now)
  await finishReview(store, id, { report }, now)
}

async function reviewShop(): Promise<ReviewReport> {
  await using scene = await openReview(shop)
  return (await scene.review(link)).report
}

const at = (key: string, sha?: string) => ({ key, sha })

function dismissal(each: ReviewFinding, overrides: Partial<Parameters<typeof addException>[1]> = {}) {
  const answered = { kind: 'wont-fix' as const, reason: 'Behind the gateway', ownerId: 'U1', createdBy: 'U1' }
  return { ...backend, repository: 'acme/shop', finding: each, until: undefined, ...answered, ...overrides }
}

describe('The review before', () => {
  test('is found by its target, newest first', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    await keepReview(store, 'a', backend, { ...report, findings: [] }, start)
    await keepReview(store, 'b', backend, report, start + day)
    expect((await findLastReview(store, backend, at('acme/shop')))?.findings).toEqual(
      JSON.parse(JSON.stringify(report.findings)),
    )
    expect(await findLastReview(store, backend, at('acme/shop#1'))).toBeUndefined()
    expect(await findLastReview(store, { ...backend, teamId: 'T2' }, at('acme/shop'))).toBeUndefined()
  })

  test('of a private channel stays in it, and one of a public channel is known everywhere', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    await keepReview(store, 'private', secrets, report, start + day)
    expect(await findLastReview(store, general, at('acme/shop'))).toBeUndefined()
    expect(await findLastReview(store, secrets, at('acme/shop'))).toBeDefined()
    await keepReview(store, 'public', backend, { ...report, findings: [] }, start)
    expect(await findLastReview(store, general, at('acme/shop'))).toMatchObject({ findings: [] })
    expect((await findLastReview(store, secrets, at('acme/shop')))?.findings).not.toEqual([])
  })

  test('of another channel is not known where another company reads, and neither is what was answered for', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    const shared = { teamId: 'T1', channelId: 'C-shared', shared: true }
    await keepReview(store, 'public', backend, report, start)
    const [first] = report.findings
    if (first) await addException(store, dismissal(first), start)
    expect(await findLastReview(store, shared, at('acme/shop'))).toBeUndefined()
    expect(await listExceptions(store, shared, 'acme/shop')).toEqual([])
  })

  test('is none that was stopped or failed', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    await keepReview(store, 'a', backend, { ...report, ending: { kind: 'stopped', areasLeft: [] } }, start)
    expect(await findLastReview(store, backend, at('acme/shop'))).toBeUndefined()
    expect(await loadThreadReview(store, { ...backend, threadTs: '1.1' })).toMatchObject({ id: 'a' })
  })

  test('is what its thread is asked about, also while a newer one runs', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    await keepReview(store, 'a', backend, { ...report, verdict: 'First' }, start)
    await keepReview(store, 'b', backend, { ...report, verdict: 'Second' }, start + 1)
    const asked = { threadTs: '1.1', requestedBy: 'U1', url: link, depth: 'facts', state: 'running' } as const
    await createReview(store, { ...backend, ...asked, id: 'c', target: 'acme/shop', sha: undefined }, start + 2)
    const thread = { ...backend, threadTs: '1.1' }
    expect(await loadThreadReview(store, thread)).toMatchObject({ id: 'b', report: { verdict: 'Second' } })
    expect(await loadThreadReview(store, { ...thread, threadTs: '2.2' })).toBeUndefined()
  })
})

describe('A review that was asked for more than 90 days ago', () => {
  const later = start + 91 * day

  test('leaves no code behind, and of a target no more than the last one is compared by', async () => {
    const store = await openStoreWithChannels()
    const report = await reviewShop()
    await keepReview(store, 'first', backend, report, start)
    await keepReview(store, 'last', backend, report, start + day / 2)
    await keepReview(store, 'stopped', backend, { ...report, ending: { kind: 'stopped', areasLeft: [] } }, start + 1)
    await keepReview(store, 'recent', general, report, start + 10 * day)
    await saveParts(store, 'last', 'abc', { said: 'select id from orders' })
    await forgetOldReviews(store, later)
    const left = await store.read.select().from(reviews)
    expect(left.map(({ id }) => id).toSorted()).toEqual(['last', 'recent'])
    expect(await loadReview(store, 'recent')).toMatchObject({ report: { verdict: report.verdict } })
    const last = JSON.stringify(await loadReview(store, 'last'))
    for (const { quote } of report.findings) expect(last).not.toContain(JSON.stringify(quote).slice(1, -1))
    expect(last).not.toContain('select id')
    expect(await loadThreadReview(store, { ...backend, threadTs: '1.1' })).toBeUndefined()
  })

  test('still tells what was fixed and what is new since, but not that a model was heeded', async () => {
    const store = await openStoreWithChannels()
    await using scene = await openReview(shop)
    const { report } = await scene.review(link)
    const byModel = finding('m', {
      rule: 'model/errors',
      place: { path: 'src/app.js', line: 1, endLine: 1, url: undefined },
    })
    await keepReview(store, 'old', backend, { ...report, findings: [...report.findings, byModel] }, start)
    await forgetOldReviews(store, later)
    const orders = String(shop['src/orders.js'])
    scene.push({ 'src/orders.js': orders.replace('eval(expression)', 'expression'), 'src/run.js': runsAnything })
    const past = await findLastReview(store, backend, at('acme/shop'))
    expect(past).toMatchObject({ atMs: report.atMs, sha: report.target.pin?.sha })
    const readings = [{ path: 'src/app.js', part: 'whole' as const }]
    const rest = { verdict: 'Fine.', dropped: {}, ending: { kind: 'complete' as const }, notices: [], costUsd: 0 }
    const { report: next } = await scene.review(link, {
      depth: 'standard',
      ports: {
        findLast: async () => past,
        narrate: async ({ findings }) => ({ ...rest, findings, readings, modelName: 'claude-opus-5-5' }),
      },
    })
    const fixed = next.comparison?.fixed.map(({ place }) => place)
    expect(fixed).toContain('src/orders.js:8')
    expect(fixed).not.toContain('src/app.js:1')
    expect(next.comparison?.new.length).toBeGreaterThan(0)
    expect(next.comparison?.open.length).toBeGreaterThan(0)
  })
})

const runsAnything =
  "import express from 'express'\nexport const app = express()\napp.get('/x', (req, res) => res.send(eval(req.query.x)))\n"

describe('A dismissed finding', () => {
  test('does not come back in sixteen rounds of work around it', async () => {
    const store = await openStoreWithChannels()
    await using scene = await openReview(shop)
    const first = await scene.review(link)
    const dismissed = first.report.findings.find(({ rule }) => rule === 'sql-injection')
    if (!dismissed) throw new Error('The query is built from request input')
    await addException(store, dismissal(dismissed), start)
    const review = (now: number) =>
      scene.review(link, {
        ports: { listExceptions: () => listExceptions(store, backend, 'acme/shop'), now: () => now },
      })
    let path = 'src/orders.js'
    let text = String(shop[path])
    for (let round = 1; round <= 16; round++) {
      const edited = edit(text, round)
      const to = round % 4 === 0 ? `src/db/orders-${round}.js` : path
      const app = String(shop['src/app.js']).replace('./orders.js', `.${to.slice(3)}`)
      scene.push({ ...(to === path ? {} : { [path]: null }), [to]: edited, 'src/app.js': app })
      ;[path, text] = [to, edited]
      const { report } = await review(start + round * day)
      expect(report.findings.map(({ rule }) => rule)).not.toContain('sql-injection')
      expect(report.findings.map(({ rule }) => rule)).toContain('code-injection')
      expect(report.excepted).toMatchObject([{ finding: { rule: 'sql-injection' }, reason: 'Behind the gateway' }])
    }
    scene.push({ [path]: text.replace(/select id from/, 'select id, total from') })
    const { report } = await review(start + 17 * day)
    expect(report.findings.map(({ rule }) => rule)).toContain('sql-injection')
  }, 60_000)

  test('returns on its date, and is open rather than new', async () => {
    const store = await openStoreWithChannels()
    await using scene = await openReview(shop)
    const { report: first } = await scene.review(link)
    const [worst] = first.findings
    if (!worst) throw new Error('The shop has findings')
    const until = start + 10 * day
    await addException(store, dismissal(worst, { until }), start)
    const reviewAt = async (now: number) => {
      const ports = {
        listExceptions: () => listExceptions(store, backend, 'acme/shop'),
        findLast: () => findLastReview(store, backend, at('acme/shop')),
        now: () => now,
      }
      const { report } = await scene.review(link, { ports })
      await keepReview(store, String(now), backend, report, now)
      return report
    }
    const before = await reviewAt(until - 1)
    const after = await reviewAt(until)
    expect(before.findings.map(({ fingerprint }) => fingerprint)).not.toContain(worst.fingerprint)
    expect(after.findings.map(({ fingerprint }) => fingerprint)).toContain(worst.fingerprint)
    expect(after.comparison).toMatchObject({ new: [], fixed: [], moved: [] })
    expect(await endExpiredExceptions(store, until)).toMatchObject([{ fingerprint: worst.fingerprint }])
    expect(await endExpiredExceptions(store, until)).toEqual([])
  })

  test('is shown again when its exception is taken back, or answered anew', async () => {
    const store = await openStoreWithChannels()
    const ids = await addException(store, dismissal(finding('a')), start)
    await addException(store, dismissal(finding('a'), { reason: 'Done in June' }), start + day)
    expect(await listExceptions(store, backend, 'Acme/Shop')).toMatchObject([{ reason: 'Done in June' }])
    expect(await endExceptions(store, 'T1', ids, start + day)).toBe(0)
    const [current] = await listExceptions(store, backend, 'acme/shop')
    expect(await endExceptions(store, 'T2', [current?.id ?? ''], start + day)).toBe(0)
    expect(await endExceptions(store, 'T1', [current?.id ?? ''], start + day)).toBe(1)
    expect(await listExceptions(store, backend, 'acme/shop')).toEqual([])
  })

  test('in a private channel is dismissed there only', async () => {
    const store = await openStoreWithChannels()
    await addException(store, dismissal(finding('a'), secrets), start)
    await addException(store, dismissal(finding('b'), general), start)
    const seenIn = async (audience: typeof backend) =>
      (await listExceptions(store, audience, 'acme/shop')).map(({ fingerprint }) => fingerprint).sort()
    expect(await seenIn(secrets)).toEqual(['a', 'b'])
    expect(await seenIn(backend)).toEqual(['b'])
  })

  test('in several channels is shown with the word of the channel that asks, else with the newest', async () => {
    const store = await openStoreWithChannels()
    const a = finding('a')
    const third = { teamId: 'T1', channelId: 'C-third' }
    await addException(store, dismissal(a, { reason: 'The backend says so' }), start)
    await addException(
      store,
      dismissal(a, { ...general, reason: 'Everybody says so', until: start + 10 * day }),
      start + day,
    )
    const reasonIn = async (audience: typeof backend, now: number) =>
      applyExceptions([a], await listExceptions(store, audience, 'acme/shop'), now).excepted.map(({ reason }) => reason)
    expect(await reasonIn(backend, start + 2 * day)).toEqual(['The backend says so'])
    expect(await reasonIn(general, start + 2 * day)).toEqual(['Everybody says so'])
    expect(await reasonIn(third, start + 2 * day)).toEqual(['Everybody says so'])
    expect(await reasonIn(third, start + 11 * day)).toEqual(['The backend says so'])
  })

  test('that was called wrong counts against its rule', async () => {
    const store = await openStoreWithChannels()
    await addException(store, dismissal(finding('a'), { kind: 'wrong' }), start)
    await addException(store, dismissal(finding('b'), { kind: 'wrong' }), start)
    await addException(store, dismissal(finding('c', { rule: 'xss' }), { kind: 'wrong', teamId: 'T2' }), start)
    await addException(store, dismissal(finding('d', { rule: 'jwt' })), start)
    expect(await countWrongByRule(store)).toEqual([
      { rule: 'n-plus-one', wrong: 2 },
      { rule: 'xss', wrong: 1 },
    ])
    expect(await countWrongByRule(store, 'T2')).toEqual([{ rule: 'xss', wrong: 1 }])
  })
})

/** Work that leaves what the query says as it is: remarks, code above and below, other indentation. */
function edit(text: string, round: number): string {
  const edits = [
    (code: string) => `// Round ${round}: orders are read here.\n${code}`,
    (code: string) => `${code}\nexport const round${round} = ${round}\n`,
    (code: string) => code.replaceAll(/^ {2}(?=\S)/gm, '    '),
    (code: string) => code.replace("import pg from 'pg'", `import pg from 'pg'\n\nconst limit${round} = ${round}`),
  ]
  return edits[round % edits.length]?.(text) ?? text
}
