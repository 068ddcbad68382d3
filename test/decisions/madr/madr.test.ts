import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecisionStatus, Option, Source, Statement } from '../../../src/decisions/decision.ts'
import type { MadrRecord } from '../../../src/decisions/madr/madr-record.ts'
import { fromMadr } from '../../../src/decisions/madr/read-madr.ts'
import { toMadr } from '../../../src/decisions/madr/write-madr.ts'

const folder = join(import.meta.dirname, '../../cases/decisions/files')

function readFixture(name: string): MadrRecord {
  return read(readFileSync(join(folder, name), 'utf8'), `docs/adr/${name}`)
}

function read(text: string, path = 'docs/adr/0001-x.md'): MadrRecord {
  const record = fromMadr(text, path)
  if (!record) throw new Error('nothing was read')
  return record
}

const texts = (statements: readonly Statement[]) => statements.map(({ text }) => text)

describe('reading', () => {
  test('MADR 4, with what it does not know kept word for word', () => {
    const record = readFixture('0012-keep-orders-in-postgresql.madr4.md')
    expect(record).toMatchObject({ number: 12, status: 'superseded', supersededBy: 'ADR-0019', date: '2026-03-02' })
    expect(record.otherFields).toEqual({ component: 'orders' })
    const { body } = record
    expect(body).toMatchObject({
      title: 'Keep orders in PostgreSQL',
      deciders: ['Ada Example', 'Bo Example'],
      consulted: ['Cy Example'],
      informed: ['the platform team'],
      outcome: { option: 'PostgreSQL 17' },
      extra: [{ heading: 'Rollout', markdown: '1. First the orders\n2. Then the rest' }],
    })
    expect(texts(body.outcome.justification)).toEqual([
      'it gives transactions across tables.',
      '```sql\n## not a heading\nSELECT 1;\n```',
    ])
    expect(texts(body.good)).toEqual(['everyone has run it before'])
    expect(texts(body.bad)).toEqual(['one more service has to be backed up'])
    const [postgres, mongo] = body.options
    expect(texts(postgres?.pros ?? [])).toEqual(['queries are checked\n\nby more than one tool'])
    expect(texts(mongo?.description ?? [])).toEqual(['Known from the prototype.'])
    expect(texts(mongo?.cons ?? [])).toEqual(['joins are ours to write'])
  })

  test('MADR 2, with its list under the title', () => {
    const record = readFixture('0005-use-yarn.madr2.md')
    expect(record).toMatchObject({ number: 5, status: 'accepted', date: '2020-09-25' })
    const { body } = record
    expect(body).toMatchObject({ deciders: ['Ada Example', 'Bo Example'], tags: ['build', 'packages'] })
    expect(body.options.map(({ name }) => name)).toEqual(['Lerna', 'Yarn workspaces'])
    expect(texts(body.context)).toEqual(['Technical Story: https://example.com/issues/5', 'We have several packages.'])
    expect([texts(body.good), texts(body.bad)]).toEqual([['One lockfile'], ['Another tool to install']])
    expect(body.extra.map(({ heading }) => heading)).toEqual(['Links'])
  })

  test("adr-tools' format, with its links in the status and its own spelling", () => {
    const record = readFixture('0003-events.nygard.md')
    expect(record).toMatchObject({
      number: 3,
      status: 'superseded',
      supersededBy: '[7. Use an outbox](0007-use-an-outbox.md)',
      supersedes: ['[1. Call directly](0001-call-directly.md)'],
      statusNote: 'Amended by [5. Name events](0005-name-events.md)',
      date: '2019-11-07',
      body: { title: 'Publish events after commit' },
    })
    expect(texts(record.body.neutral)).toContain('Events may be lost when a process dies in between.')
  })

  test('log4brains, whose names begin with a date and not with a number', () => {
    const record = readFixture('20200926-nextjs.log4brains.md')
    expect(record).toMatchObject({ number: undefined, status: 'deprecated', otherFields: { package: 'web' } })
  })

  test('underlined headings and words for a status that are not ours', () => {
    const record = readFixture('0008-underlined.nygard.md')
    expect(record).toMatchObject({
      status: 'accepted',
      statusNote: 'Approved by the guild',
      body: { title: 'Underlined headings' },
    })
  })

  test('Windows line ends, a byte order mark and broken front matter', () => {
    expect(read('\uFEFF---\r\nstatus: accepted\r\n---\r\n# A\r\n').status).toBe('accepted')
    expect(read('---\nstatus: [\n---\n# A\n').body.title).toBe('A')
    expect(fromMadr('\n', 'a.md')).toBeUndefined()
    expect(read('Only words', 'docs/adr/0004-use-redis.md')).toMatchObject({ number: 4, body: { title: 'Use redis' } })
  })
})

test.each(readdirSync(folder))('%s says the same when it is written as MADR 4 and read again', (name) => {
  const record = readFixture(name)
  const written = toMadr(record)
  expect(fromMadr(written, `docs/adr/${name}`)).toEqual(record)
  expect(toMadr(read(written, `docs/adr/${name}`))).toBe(written)
})

test.each([
  ['a colon in a text', '---\ntitle: Orders: keep them\nstatus: rejected\n---\n\n# Orders\n', 'rejected'],
  ['a field that stands twice', '---\nstatus: accepted\nstatus: superseded by ADR-3\n---\n\n# Orders\n', 'superseded'],
])('%s does not hide the status', (_name, text, status) => {
  expect(read(text).status).toBe(status)
})

test('status and date are written bare, for readers that take the rest of the line', () => {
  const lines = toMadr({ ...read('# A\n'), status: 'accepted', date: '2026-11-22' }).split('\n')
  expect(lines).toEqual(expect.arrayContaining(['status: accepted', 'date: 2026-11-22', '# A']))
})

const anyLink = fc.constantFrom(
  'https://acme.slack.com/archives/C1/p1700000000000100',
  'https://github.com/acme/orders',
)
const anySource: fc.Arbitrary<Source> = fc.oneof(
  fc.record({ kind: fc.constant('message' as const), ts: fc.constantFrom('1700000000.000100', '1.2'), link: anyLink }),
  fc.record({ kind: fc.constant('file' as const), place: fc.constantFrom('src/x.ts:10', 'a b.ts:1-9'), link: anyLink }),
  fc.constant<Source>({ kind: 'inferred' }),
  fc.constant<Source>({ kind: 'written' }),
)
const anyWord = fc.constantFrom(
  'orders',
  'we',
  'use',
  'Postgres,',
  '`pg`',
  '*not*',
  'because',
  '#3',
  '"so"',
  '(sic)',
  'a: b',
  '- no',
  '1.',
)
const anyLine = fc
  .tuple(
    fc.constantFrom('Orders', 'It', '`pg`', '# heading', '## Status', '**Bold**'),
    fc.array(anyWord, { maxLength: 6 }),
  )
  .map(([first, rest]) => [first, ...rest].join(' '))
const anyStatement: fc.Arbitrary<Statement> = fc.record({ text: anyLine, source: anySource })
const anyStatements = fc.array(anyStatement, { maxLength: 3 })
const anyName = fc.constantFrom('Postgres', 'MongoDB 7', 'No "ORM", only SQL', 'gRPC: nowhere', 'a * b')
const anyNames = fc.uniqueArray(fc.constantFrom('Ada Example', "Bo O'Neil", 'true', '12', '@cy', 'Éa: b'), {
  maxLength: 3,
})
const anyOption: fc.Arbitrary<Option> = fc.record({
  name: anyName,
  description: anyStatements,
  pros: anyStatements,
  neutral: anyStatements,
  cons: anyStatements,
})
const anyRecord: fc.Arbitrary<MadrRecord> = fc.record({
  number: fc.option(fc.nat(9999), { nil: undefined }),
  status: fc.constantFrom<DecisionStatus>('proposed', 'accepted', 'rejected', 'deprecated', 'superseded'),
  statusNote: fc.constantFrom('', 'Amended by [5. X](0005-x.md)'),
  date: fc.constantFrom(undefined, '2026-11-22'),
  reviewBy: fc.constantFrom(undefined, '2027-01-31'),
  supersedes: fc.subarray(['ADR-0003', '[1. X](0001-x.md)']),
  supersededBy: fc.constantFrom(undefined),
  checks: fc.subarray<MadrRecord['checks'][number]>([
    'dependency pg present',
    { kind: 'file', path: 'a/**', absent: true },
  ]),
  amendments: fc.array(
    fc.record({ date: fc.constant('2026-12-01'), by: fc.constantFrom('Ada', 'Bo, C.'), text: anyLine }),
    { maxLength: 2 },
  ),
  reason: fc.constantFrom(undefined, 'too slow: "really"'),
  thread: fc.constantFrom(undefined, 'https://acme.slack.com/archives/C1/p1'),
  id: fc.constantFrom(undefined, 'd-1'),
  otherFields: fc.constantFrom({}, { component: 'orders', nested: { a: [1, 'b'] } }),
  body: fc.record({
    title: fc.constantFrom('Keep orders in PostgreSQL', 'Use #hash: yes', '3 services', 'ADR-7: odd'),
    context: anyStatements,
    drivers: anyStatements,
    options: fc.uniqueArray(anyOption, { maxLength: 3, selector: ({ name }) => name }),
    outcome: fc.record({ option: fc.oneof(fc.constant(''), anyName), justification: anyStatements }),
    good: anyStatements,
    neutral: anyStatements,
    bad: anyStatements,
    confirmation: anyStatements,
    more: anyStatements,
    extra: fc.constantFrom([], [{ heading: 'Rollout', markdown: '1. a\n\n   b\n\n### c' }]),
    deciders: anyNames,
    consulted: anyNames,
    informed: anyNames,
    affects: fc.record({
      paths: fc.subarray(['src/**', '*.ts']),
      packages: fc.subarray(['pg', '@acme/x']),
      services: fc.subarray(['orders']),
    }),
    tags: fc.subarray(['database', 'no']),
    keywords: fc.subarray(['sql', '2026', 'storage engine']),
    reversibility: fc.constantFrom('two-way-door' as const, 'one-way-door' as const, 'unknown' as const),
    repository: fc.constantFrom(undefined, 'acme/orders'),
  }),
})

test('every decision comes back from its file exactly', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const text = toMadr(record)
      expect(fromMadr(text, 'docs/decisions/no-number.md')).toEqual(record)
      expect(toMadr(read(text, 'docs/decisions/no-number.md'))).toBe(text)
    }),
    { numRuns: 500 },
  )
})
