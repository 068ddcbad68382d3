import { describe, expect, test } from 'vitest'
import { describeLedger } from '../../src/reviews/describe-ledger.ts'
import type { Narrate, Progress } from '../../src/reviews/narrate.ts'
import type { ReviewReport } from '../../src/reviews/review.ts'
import { finding } from './findings.ts'
import { openReview, shop } from './open-review.ts'

const link = 'https://github.com/acme/shop'

function places({ findings }: ReviewReport): string[] {
  return findings.map(({ rule, place, origin }) =>
    [rule, `${place.path}:${place.line}`, origin].filter(Boolean).join(' '),
  )
}

describe('A review by rules alone', () => {
  test('names causes with permalinks, and says what it read and what not', async () => {
    await using scene = await openReview(shop)
    const { report } = await scene.review(link)
    expect(places(report)).toEqual(
      expect.arrayContaining(['sql-injection src/orders.js:4', 'code-injection src/orders.js:8']),
    )
    const { sha } = report.target.pin ?? { sha: '' }
    expect(report.findings[0]?.place.url).toMatch(`${link}/blob/${sha}/src/orders.js#L`)
    expect(describeLedger(report.ledger)).toContain('6 files: 3 read, 3 not (documentation, lockfile, tests).')
    expect(report).toMatchObject({ depth: 'facts', costUsd: undefined, ending: { kind: 'complete' }, dropped: {} })
  })

  test('says what was checked when nothing was found', async () => {
    const files = {
      'package.json': '{"name":"lib","engines":{"node":">=24"}}',
      'src/add.js': 'export const add = (a, b) => a + b\n',
    }
    await using scene = await openReview({ ...files, 'package-lock.json': '{}', 'test/add.test.js': 'add(1, 2)\n' })
    const { report } = await scene.review(`${link}/blob/HEAD/src/add.js`)
    expect(report.findings).toEqual([])
    expect(report.verdict).toMatch(/found nothing; checked: API design.*security/)
    expect(report.ledger).toMatchObject({ files: 1, read: 1 })
  })

  test('claims nothing about code where there is none', async () => {
    await using scene = await openReview({ ...shop, 'package.json': '{"name":"shop","engines":{"node":">=24"}}' })
    const { report } = await scene.review(`${link}/blob/HEAD/package.json`)
    expect(report.ledger.areas).toMatchObject({
      security: 'not-assessed',
      database: 'not-assessed',
    })
  })

  test('calls no area assessed that code which could not be read may belong to', async () => {
    await using scene = await openReview({ ...shop, 'src/huge.js': 'const a = 1\n'.repeat(500_000) })
    const { report } = await scene.review(link)
    const { api, database, caching, security } = report.ledger.areas
    expect({ api, database, caching, security }).toEqual({
      api: 'in-part',
      database: 'in-part',
      caching: 'in-part',
      security: 'in-part',
    })
  })

  test('keeps to the folder or the lines that were asked for', async () => {
    await using scene = await openReview(shop)
    const whole = await scene.review(`${link}/blob/HEAD/src/orders.js`)
    expect(new Set(whole.report.findings.map(({ place }) => place.path))).toEqual(new Set(['src/orders.js']))
    const part = await scene.review(`${link}/blob/HEAD/src/orders.js#L7-L9`)
    expect(places(part.report)).toEqual(['code-injection src/orders.js:8'])
  })

  test('shows steps that really happened, with their counts', async () => {
    await using scene = await openReview(shop)
    const steps: Progress[] = []
    await scene.review(link, { onProgress: (progress) => steps.push(progress) })
    expect(steps).toContainEqual({ step: 'fetch', done: 6, total: 6 })
    expect(steps).toContainEqual({ step: 'parse', done: 6, total: 6 })
    expect(steps.at(-1)).toEqual({ step: 'report', done: 1, total: 1 })
  })

  test('stopped before anything was read says so and claims nothing', async () => {
    await using scene = await openReview(shop)
    const { report } = await scene.review(link, { signal: AbortSignal.abort() })
    expect(report).toMatchObject({ findings: [], ending: { kind: 'stopped' }, ledger: { files: 6, read: 0 } })
    expect(report.verdict).toContain('Stopped before')
    expect(new Set(Object.values(report.ledger.areas))).toEqual(new Set(['not-assessed']))
  })
})

describe('A review that is stopped', () => {
  test('while rules are applied ends at once, with every file accounted for and nothing claimed', async () => {
    await using scene = await openReview(shop)
    const stop = new AbortController()
    const onProgress = ({ step }: Progress) => (step === 'parse' ? stop.abort() : undefined)
    const { report, evidence } = await scene.review(link, { signal: stop.signal, onProgress })
    expect(evidence).toBeUndefined()
    expect(report).toMatchObject({ ending: { kind: 'stopped' }, findings: [], ledger: { files: 6, listed: 6 } })
  })

  test('before the model is asked gives what rules found, and the areas that are left', async () => {
    await using scene = await openReview(shop)
    const stop = new AbortController()
    const onProgress = ({ step, done }: Progress) => (step === 'parse' && done > 0 ? stop.abort() : undefined)
    const narrate: Narrate = () => Promise.reject(new Error('The model is asked after the stop'))
    const asked = { depth: 'deep' as const, ports: { narrate } }
    const { report } = await scene.review(link, { ...asked, signal: stop.signal, onProgress })
    expect(report.findings).not.toEqual([])
    expect(report).toMatchObject({ depth: 'facts', costUsd: undefined })
    expect(report.ending.kind === 'stopped' && report.ending.areasLeft).toContain('testing')
  })
})

describe('A review of a change', () => {
  const pull = { number: 3, title: 'Search', head: 'search' }

  test('tells what the change brings from what it touches, and finds what it breaks elsewhere', async () => {
    await using scene = await openReview(shop, { pulls: [pull] })
    const orders = String(shop['src/orders.js']).replace(
      'export function runReport',
      "export function search(text) {\n  return pool.query('select id from orders where note = ' + text)\n}\nexport function runReport",
    )
    const app = String(shop['src/app.js'])
      .replace('runReport }', 'runReport, search }')
      .concat("app.get('/search', async (req, res) => res.json(await search(req.query.text)))\n")
    scene.push({ 'src/app.js': app, 'src/orders.js': orders }, 'search')
    const { report } = await scene.review(`${link}/pull/3`)
    expect(places(report)).toEqual(
      expect.arrayContaining([
        'sql-injection src/orders.js:8 new',
        'sql-injection src/orders.js:4 touched',
        'code-injection src/orders.js:11 touched',
      ]),
    )
    expect(report.findings[0]?.origin).toBe('new')
    expect(report.ledger.files).toBe(2)
    expect(report.verdict).toContain('This change brings')
  })

  test('finds what it breaks in files that it does not touch', async () => {
    const safe = { 'src/input.js': 'export const read = (req) => 1\n' }
    const app =
      "import { read } from './input.js'\nimport express from 'express'\nconst app = express()\napp.get('/run', (req, res) => res.send(eval(read(req))))\n"
    await using scene = await openReview({ ...shop, ...safe, 'src/run.js': app }, { pulls: [pull] })
    scene.push({ 'src/input.js': 'export const read = (req) => req.query.code\n' }, 'search')
    const { report } = await scene.review(`${link}/pull/3`)
    const brought = report.findings.filter(({ origin, place }) => origin === 'new' && place.path === 'src/run.js')
    expect(report.target.change?.files).toEqual(['src/input.js'])
    expect(brought.map(({ rule }) => rule)).toContain('code-injection')
  })

  test('that only adds a remark brings nothing', async () => {
    await using scene = await openReview(shop, { pulls: [pull] })
    scene.push({ 'src/orders.js': `// Orders of customers.\n\n${shop['src/orders.js']}` }, 'search')
    const { report } = await scene.review(`${link}/pull/3`)
    expect(report.findings.filter(({ origin }) => origin === 'new')).toEqual([])
    expect(report.verdict).toContain('nothing that this change brings')
  })
})

describe('A review with a model', () => {
  const own = finding('m', { rule: 'model/security', area: 'security', title: 'Orders of others can be read' })
  const narrate =
    (overrides: Partial<Awaited<ReturnType<Narrate>>> = {}): Narrate =>
    async ({ findings }) => ({
      verdict: 'Anyone runs code here.',
      findings: [own, ...findings.slice(0, 1)],
      dropped: { quote: 2 },
      readings: [{ path: 'src/orders.js', part: 'whole' }],
      ending: { kind: 'complete' },
      notices: [],
      costUsd: 0.12,
      modelName: 'claude-opus-5-5',
      ...overrides,
    })

  test('ranks and adds, but makes nothing disappear that rules found', async () => {
    await using scene = await openReview(shop)
    const byRules = await scene.review(link)
    const { report } = await scene.review(link, { depth: 'standard', ports: { narrate: narrate() } })
    expect(report.findings[0]?.fingerprint).toBe('m')
    expect(report.findings).toHaveLength(byRules.report.findings.length + 1)
    expect(report).toMatchObject({ verdict: 'Anyone runs code here.', dropped: { quote: 2 }, costUsd: 0.12 })
  })

  test('calls an area assessed only as far as the model was shown its files', async () => {
    await using scene = await openReview(shop)
    const { report } = await scene.review(link, { depth: 'standard', ports: { narrate: narrate() } })
    expect(report.ledger).toMatchObject({ read: 1, reasons: { 'rules only': 2 } })
    expect(report.ledger.areas.security).toBe('in-part')
  })

  test('that reaches its cap leaves the areas it did not come to open', async () => {
    await using scene = await openReview(shop)
    const readings = ['package.json', 'src/app.js', 'src/orders.js'].map((path) => ({ path, part: 'whole' as const }))
    const ending = { kind: 'capped' as const, areasLeft: ['caching' as const], continueUsd: 0.31 }
    const { report } = await scene.review(link, {
      depth: 'standard',
      ports: { narrate: narrate({ readings, ending }) },
    })
    expect(report.ending).toEqual(ending)
    expect(report.ledger.areas).toMatchObject({ security: 'assessed', caching: 'in-part' })
  })

  test('is told what somebody answered for, and cannot bring it back', async () => {
    await using scene = await openReview(shop)
    const answered = { id: '1', place: '', kind: 'wrong' as const, reason: 'No', ownerId: 'U1', until: undefined }
    const exceptions = [{ ...answered, fingerprint: 'm', rule: own.rule, title: own.title }]
    const told: string[][] = []
    const { report } = await scene.review(link, {
      depth: 'standard',
      ports: {
        listExceptions: async () => exceptions,
        narrate: async (input, onProgress, signal) => {
          told.push([...input.excepted])
          return narrate()(input, onProgress, signal)
        },
      },
    })
    expect(report.findings.map(({ fingerprint }) => fingerprint)).not.toContain('m')
    expect(report.excepted).toMatchObject([{ finding: { fingerprint: 'm' }, kind: 'wrong' }])
  })
})

describe('A review after another one', () => {
  test('calls nothing fixed that only the package registry can tell, when it does not answer', async () => {
    await using scene = await openReview(shop)
    const advice = [
      { name: 'pg', version: '8.16.0', kind: 'vulnerable' as const, text: 'Leaks', severity: 'high' as const },
    ]
    const first = await scene.review(link, { ports: { readPackages: async () => ({ advice, notAssessed: [] }) } })
    expect(places(first.report).join()).toContain('vulnerable-dependency')
    const findLast = async () => ({ ...first.report, sha: 'abc1234' })
    const notAssessed = ['Advisories: the registry did not answer.']
    const away = await scene.review(link, {
      ports: { findLast, readPackages: async () => ({ advice: [], notAssessed }) },
    })
    expect(away.report.comparison?.fixed).toEqual([])
    const mended = await scene.review(link, {
      ports: { findLast, readPackages: async () => ({ advice: [], notAssessed: [] }) },
    })
    expect(mended.report.comparison?.fixed).toMatchObject([{ place: expect.stringContaining('package.json') }])
  })

  test('calls nothing fixed in a file that can no longer be read whole', async () => {
    await using scene = await openReview(shop)
    const first = await scene.review(link)
    const text = shop['src/orders.js'] ?? ''
    scene.push({ 'src/orders.js': `${text.replace('return eval', 'retrun eval')}\nfunction (\n` })
    const findLast = async () => ({ ...first.report, sha: 'abc1234' })
    const { report } = await scene.review(link, { ports: { findLast } })
    expect(report.comparison?.fixed.filter(({ place }) => place.startsWith('src/orders.js'))).toEqual([])
  })
})
