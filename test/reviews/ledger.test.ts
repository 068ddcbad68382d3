import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeFiles, describeLedger } from '../../src/reviews/describe-ledger.ts'
import { buildLedger, type AreaScope, type FileRecord } from '../../src/reviews/ledger.ts'
import { kindsOfCode } from '../../src/reviews/kinds-of-code.ts'
import { recordFilesReadByModel, recordFilesReadByRules } from '../../src/reviews/record-files.ts'
import { areas, type ReviewArea } from '../../src/reviews/review.ts'

function scopes(given: Partial<Record<ReviewArea, AreaScope>> = {}): Record<ReviewArea, AreaScope> {
  const empty = (): [ReviewArea, AreaScope][] =>
    areas.map((area) => [area, { files: new Set<string>(), limit: undefined }])
  // Every area is in the list, which Object.fromEntries forgets.
  return { ...(Object.fromEntries(empty()) as Record<ReviewArea, AreaScope>), ...given }
}

const segment = fc.constantFrom('src', 'test', 'auth', 'dist', 'node_modules', 'api', 'public', 'docs')
const name = fc.constantFrom(
  ...'app.ts login.js index.test.ts package.json yarn.lock README.md logo.png types.d.ts x.min.js Dockerfile a.sql noext'.split(
    ' ',
  ),
)
const path = fc.tuple(fc.array(segment, { maxLength: 3 }), name).map(([folders, file]) => [...folders, file].join('/'))
const unread = fc.option(fc.constantFrom('size', 'binary', 'link', 'encoding'), { nil: undefined })
const tree = fc.uniqueArray(fc.record({ path, unread }), { maxLength: 60, selector: ({ path }) => path })
const part = fc.constantFrom('whole' as const, 'part' as const, undefined)

describe('What became of the files', () => {
  test('adds up exactly, whatever the tree and whatever was read of it', () => {
    fc.assert(
      fc.property(tree, fc.infiniteStream(part), fc.boolean(), (files, parts, withModel) => {
        const texts = new Map(files.filter(({ unread }) => !unread).map(({ path }) => [path, 'export {}\n']))
        const some = (share: number) => [...texts.keys()].filter((_, index) => index % share === 1)
        const coverage = {
          skipped: some(5).map((path) => ({ path, why: 'vendored' })),
          notAnalysed: some(7).map((path) => ({ path, reason: 'Unexpected token' })),
          partly: some(3).map((path) => ({ path, lines: [1] })),
        }
        const byRules = recordFilesReadByRules(files, kindsOfCode(files, texts), coverage)
        const readings = [...texts.keys()].flatMap((path) => {
          const { value } = parts.next()
          return value ? [{ path, part: value }] : []
        })
        const records = withModel ? recordFilesReadByModel(byRules, readings) : byRules
        const ledger = buildLedger(records, scopes(), 'standard')
        expect(records.map(({ path }) => path)).toEqual(files.map(({ path }) => path))
        expect(ledger.read + ledger.inPart + ledger.listed + ledger.excluded).toBe(files.length)
        expect(records.filter(({ status, reason }) => status !== 'read' && !reason)).toEqual([])
        expect(Object.values(ledger.reasons).reduce((sum, count) => sum + count, 0)).toBe(files.length - ledger.read)
        const [total, ...shown] = describeFiles(ledger).match(/\d+/g)?.map(Number) ?? []
        expect(total).toBe(files.length)
        expect(shown.reduce((sum, count) => sum + count, 0)).toBe(files.length)
      }),
      { numRuns: 500 },
    )
  })

  test('gives the reasons beside the files in part where no file was left unread', () => {
    const records: FileRecord[] = [
      { path: 'a.js', status: 'read', reason: undefined },
      { path: 'b.js', status: 'in-part', reason: 'syntax' },
    ]
    expect(describeFiles(buildLedger(records, scopes(), 'facts'))).toBe('2 files: 1 read, 1 in part (syntax).')
  })

  test('counts a path that an archive holds twice once', () => {
    const record: FileRecord = { path: 'a.js', status: 'read', reason: undefined }
    expect(buildLedger([record, record], scopes(), 'facts')).toMatchObject({ files: 1, read: 1 })
  })

  test('is one line that names the reasons, most frequent first', () => {
    const records = [
      ...Array.from({ length: 58 }, (_, index): FileRecord => ({
        path: `r${index}`,
        status: 'read',
        reason: undefined,
      })),
      ...Array.from({ length: 9 }, (_, index): FileRecord => ({
        path: `p${index}`,
        status: 'in-part',
        reason: 'size',
      })),
      ...Array.from({ length: 300 }, (_, index): FileRecord => ({
        path: `t${index}`,
        status: 'listed',
        reason: 'tests',
      })),
      ...Array.from({ length: 45 }, (_, index): FileRecord => ({
        path: `s${index}`,
        status: 'excluded',
        reason: 'size',
      })),
    ]
    expect(describeLedger(buildLedger(records, scopes(), 'standard'))).toBe(
      '412 files: 58 read, 9 in part, 345 not (tests, size). Testing: not assessed.',
    )
  })
})

describe('What may be said of an area', () => {
  const auth = ['src/auth/login.ts', 'src/auth/session.ts', 'src/auth/tokens.ts']
  const byRules = [...auth, 'src/app.ts'].map((path): FileRecord => ({ path, status: 'read', reason: undefined }))
  const security = scopes({ security: { files: new Set(auth), limit: undefined } })

  test('is "in part" when its files exceed what the model could be shown', () => {
    const read = recordFilesReadByModel(byRules, [
      { path: 'src/auth/login.ts', part: 'whole' },
      { path: 'src/auth/session.ts', part: 'part' },
      { path: 'src/app.ts', part: 'whole' },
    ])
    const ledger = buildLedger(read, security, 'standard')
    expect(ledger.areas.security).toBe('in-part')
    expect(describeLedger(ledger)).toContain('Security: in part.')
    expect(ledger.areaReasons.security).toContain('2 of 3')
  })

  test('is "not assessed" when none of its files was read', () => {
    const ledger = buildLedger(recordFilesReadByModel(byRules, []), security, 'standard')
    expect(ledger.areas.security).toBe('not-assessed')
  })

  test('is "assessed" when all of its files were', () => {
    expect(buildLedger(byRules, security, 'facts').areas.security).toBe('assessed')
  })

  test('is never "assessed" where a limit holds whatever was read', () => {
    const limited = scopes({ dependencies: { files: new Set(['src/app.ts']), limit: 'the registry was not asked' } })
    const ledger = buildLedger(byRules, limited, 'facts')
    expect(ledger.areas.dependencies).toBe('in-part')
    expect(ledger.areaReasons.dependencies).toBe('the registry was not asked')
  })

  test('is nothing where nothing was read', () => {
    const ledger = buildLedger([{ path: 'a.js', status: 'excluded', reason: 'size' }], scopes(), 'facts')
    expect(new Set(Object.values(ledger.areas))).toEqual(new Set(['not-assessed']))
  })
})
