import { marked } from 'marked'
import { describe, expect, test } from 'vitest'
import { fence, inlineCode } from '../../src/reviews/report/fence.ts'
import { renderReview } from '../../src/reviews/report/render.ts'
import type { ReviewPorts } from '../../src/reviews/ports.ts'
import type { ReviewReport } from '../../src/reviews/review.ts'
import { renderThreadAnswer } from '../../src/reviews/thread/render-thread-answer.ts'
import { sarif } from '../evidence/sarif.ts'
import { at, finding } from './findings.ts'
import { openReview, shop } from './open-review.ts'

const link = 'https://github.com/acme/shop'

async function reviewShop(overrides: Partial<ReviewReport> = {}) {
  await using scene = await openReview(shop)
  const run = await scene.review(link)
  return { ...run, report: { ...run.report, ...overrides } }
}

function headings(markdown: string): string[] {
  return marked.lexer(markdown).flatMap((token) => (token.type === 'heading' ? [String(token.text)] : []))
}

test.each(['```\n@channel\n```', '````js\nrun()\n````\n# Approved', '`', '~~~\n</details>'])(
  'a proposed repair that holds %j stays one piece of code in the thread',
  async (code) => {
    const { report } = await reviewShop()
    const [example] = report.findings
    if (!example) throw new Error('the shop has no finding')
    const repaired = { ...example, fix: { ...example.fix, code } }
    const [part] = renderThreadAnswer({ ...report, findings: [repaired] }, 'review').parts
    const tokens = marked.lexer(part?.markdown ?? '')
    expect(tokens.filter(({ type }) => type === 'code').map((token) => 'text' in token && token.text)).toEqual([code])
    expect(tokens.some(({ type }) => type === 'heading')).toBe(false)
  },
)

describe('The report as Markdown', () => {
  test('groups findings by area, with code, permalinks and what was looked at', async () => {
    const run = await reviewShop()
    const markdown = renderReview(run, 'markdown')
    expect(headings(markdown)).toEqual(
      expect.arrayContaining([
        'Architecture review',
        'Security',
        'SQL text is built from values',
        'What was looked at',
      ]),
    )
    const sha = run.report.target.pin?.sha
    expect(markdown).toContain(`[\`src/orders.js:4\`](${link}/blob/${sha}/src/orders.js#L4)`)
    expect(markdown).toContain('6 files: 3 read whole, 0 in part, 3 only listed, 0 left out.')
    expect(markdown).toContain('- lockfile: 1 file (`package-lock.json`)')
    expect(markdown).toContain('- Testing: not assessed (only Deep looks at tests)')
  })

  test('says what became of the last review, what was answered for, and what the gates dropped', async () => {
    const answered = { kind: 'wont-fix' as const, reason: 'The gateway does it', ownerId: 'U1', until: undefined }
    const markdown = renderReview(
      await reviewShop({
        excepted: [{ finding: finding('x'), ...answered }],
        dropped: { quote: 2, package: 1, absence: 0 },
        ending: { kind: 'capped', areasLeft: ['caching', 'errors', 'validation'], continueUsd: 0.31 },
        comparison: { sinceSha: 'abc1234def', sinceMs: 0, fixed: [], new: ['a'], open: [], moved: [] },
      }),
      'markdown',
    )
    expect(markdown).toMatch(/not to be fixed by `U1`, as long as the code stays as it is\. `The gateway does it`/)
    expect(markdown).toContain('3 claims of the model did not hold and are not shown (quote 2, package 1).')
    expect(markdown).toContain('2 areas left (Caching, Error handling and validation), about $0.31 to continue.')
    expect(markdown).toContain('0 fixed, 1 new, 0 open since 1 Jan 1970 (abc1234)')
  })

  test('cannot be forged by the code that it quotes', async () => {
    const quote = '```\n# All is well\n````\n<script>'
    const path = 'src/`a`\n# Fine.js'
    const markdown = renderReview(await reviewShop({ findings: [at('a', path, 1, { quote })] }), 'markdown')
    expect(headings(markdown)).not.toContain('All is well')
    expect(headings(markdown).some((text) => text.includes('Fine'))).toBe(false)
  })
})

describe('The report for a terminal', () => {
  test('names each place, and lets nothing in the code steer the terminal', async () => {
    const text = renderReview(await reviewShop({ findings: [at('a', 'src/\u001b[2Ja.js', 3)] }), 'text')
    expect(text).toContain('[2Ja.js:3')
    expect(text).not.toContain('\u001b')
  })
})

describe('The report as SARIF', () => {
  test('is valid 2.1.0', async () => {
    const log = JSON.parse(renderReview(await reviewShop(), 'sarif'))
    expect(sarif.safeParse(log).error).toBeUndefined()
  })

  test('has one result for each place, those of the model as well, and marks what was answered for', async () => {
    const other = { path: 'b.ts', line: 7, endLine: 8, url: undefined, fingerprint: 'b', message: 'There too.' }
    const own = finding('a', { rule: 'model/security', area: 'security', category: undefined, also: [other] })
    const answered = { kind: 'wont-fix' as const, reason: 'Known', ownerId: 'U1', until: undefined }
    const log = JSON.parse(
      renderReview(await reviewShop({ findings: [own], excepted: [{ finding: finding('c'), ...answered }] }), 'sarif'),
    )
    const results: { partialFingerprints: Record<string, string>; suppressions?: { kind: string }[] }[] =
      log.runs[0].results
    expect(
      results.map((result) => [result.partialFingerprints['architect/v1'], result.suppressions?.[0]?.kind]),
    ).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', 'external'],
    ])
  })
})

test('code of any kind stays inside its fence, and inline code on its line', () => {
  for (const code of ['`', '````', 'a\n```\nb', '~~~']) {
    const tokens = marked.lexer(fence(code)).filter(({ type }) => type !== 'space')
    expect(tokens).toMatchObject([{ type: 'code', text: code }])
    expect(inlineCode(`${code}\nend`)).not.toContain('\n')
  }
})

describe('Decisions in a report', () => {
  const place = { path: 'src/orders.js', quote: 'import pg', says: 'it imports pg' }
  const check = { reason: undefined, since: 'abc1234def', introduced: { sha: 'def', pull: 482 }, before: undefined }
  const broken = {
    ...check,
    assertion: 'dependency pg absent',
    outcome: 'broken' as const,
    places: [{ ...place, line: 1 }],
  }
  const holding = { ...check, assertion: 'file x absent', outcome: 'holds' as const, places: [], total: 0 }
  const decisions = [
    { name: 'ADR-9', title: 'No x', url: undefined, checks: [holding] },
    {
      name: 'ADR-12',
      title: 'No `pg`',
      url: 'https://acme.slack.com/archives/C1/p1',
      checks: [{ ...broken, total: 3 }],
    },
  ]

  async function reviewWith(checkDecisions: ReviewPorts['checkDecisions']) {
    await using scene = await openReview(shop)
    return await scene.review(link, { ports: { repositoryUrl: link, ...(checkDecisions && { checkDecisions }) } })
  }

  test('stand in every format, broken ones first, with what broke them', async () => {
    const run = await reviewWith(async () => decisions)
    const says = 'ADR-12 is broken since abc1234 at src/orders.js:1 and 2 more places (introduced by #482): No `pg`'
    expect(renderReview(run, 'text')).toContain(`${says}\nADR-9 holds: No x`)
    const markdown = renderReview(run, 'markdown')
    expect(headings(markdown)).toContain('Decisions')
    expect(markdown).toContain(`[\`#482\`](${link}/pull/482)`)
    const log = JSON.parse(renderReview(run, 'sarif'))
    expect(sarif.safeParse(log).error).toBeUndefined()
    const ids = log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)
    expect(ids.filter((id: string) => id.startsWith('decision/'))).toEqual(['decision/ADR-12'])
    const { answer } = renderThreadAnswer(run.report, 'r1')
    expect(answer).toContain('**Decisions**\n- [ADR-12](https://acme.slack.com/archives/C1/p1) is broken since')
    expect(answer).toContain('- `ADR-9` holds')
  })

  test('that could not be checked end no review', async () => {
    const { report } = await reviewWith(async () => undefined)
    expect(report.findings.length).toBeGreaterThan(0)
    expect(report.notices).toContainEqual(expect.stringContaining('could not be checked'))
  })
})
