import type { ReviewFinding } from '../../src/reviews/review.ts'

/** A finding of which only what matters to a test is said. */
export function finding(fingerprint: string, overrides: Partial<ReviewFinding> = {}): ReviewFinding {
  return {
    fingerprint,
    rule: 'n-plus-one',
    area: 'database',
    category: 'n-plus-one',
    cwe: undefined,
    severity: 'medium',
    confidence: 'high',
    title: 'One query for each item of a list',
    message: 'A query runs for each order.',
    why: 'A hundred items are a hundred round trips.',
    place: { path: 'src/orders.ts', line: 10, endLine: 12, url: undefined },
    also: [],
    quote: 'for (const order of orders) await load(order)',
    fix: { say: 'Ask once for all.', code: undefined, isExample: false, language: 'ts', needs: [], effort: undefined },
    sources: [],
    labels: [],
    origin: undefined,
    ...overrides,
  }
}

/** The same finding at another place. */
export function at(fingerprint: string, path: string, line: number, overrides: Partial<ReviewFinding> = {}) {
  return finding(fingerprint, { ...overrides, place: { path, line, endLine: line, url: undefined } })
}
