import { randomUUID } from 'node:crypto'
import { sharedAnalyst } from '../support/shared-analyst.ts'
import type { Progress } from '../../src/reviews/narrate.ts'
import type { ReviewPorts } from '../../src/reviews/ports.ts'
import { readReviewCode } from '../../src/reviews/read-review-code.ts'
import { audienceOf } from '../../src/access/visible-repository.ts'
import { resolveReview } from '../../src/reviews/resolve-review.ts'
import type { Depth } from '../../src/reviews/review.ts'
import { type ReviewRun, runReview } from '../../src/reviews/run-review.ts'
import { openClient, type OpenClient } from '../github/open-client.ts'
import type { SeedRepository } from '../support/github/seed.ts'

export type Files = Record<string, string | null>

export interface ReviewScene extends AsyncDisposable {
  client: OpenClient
  push(files: Files, branch?: string): string
  /** Reviews an address; what the report needs from outside can be given. */
  review(link: string, options?: ReviewOptions): Promise<ReviewRun>
}

export interface ReviewOptions {
  depth?: Depth
  ports?: Partial<ReviewPorts>
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** A repository acme/shop on a stand-in for GitHub, and everything a review runs on. */
export async function openReview(files: Files, seed: Partial<SeedRepository> = {}): Promise<ReviewScene> {
  const shop = { owner: 'acme', name: 'shop', commits: [{ message: 'Start', files }], ...seed }
  const client = await openClient({ repositories: [shop], anonymousLimit: 5000 })
  return {
    client,
    push: (changes, branch) =>
      client.standIn.push('acme/shop', { message: randomUUID(), files: changes, ...(branch ? { branch } : {}) }),
    review: (link, options = {}) =>
      reviewLink(client, { now: Date.now, analyst: sharedAnalyst, ...options.ports }, link, options),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

async function reviewLink(
  { github }: OpenClient,
  ports: ReviewPorts,
  link: string,
  { depth = 'facts', signal = new AbortController().signal, onProgress = () => undefined }: ReviewOptions,
): Promise<ReviewRun> {
  const subject = await resolveReview(
    github,
    link,
    audienceOf(async () => [], false),
    new AbortController().signal,
  )
  if (typeof subject === 'string') throw new Error(subject)
  const code = await readReviewCode(github, subject, new AbortController().signal, onProgress)
  if (typeof code === 'string') throw new Error(code)
  const { pin } = code.target
  const permalink = (path: string, start: number, end: number) => pin && github.permalink(pin, path, { start, end })
  const request = { code, depth, capUsd: undefined, language: undefined, kept: undefined, keep: async () => undefined }
  return runReview(request, { permalink, ...ports }, onProgress, signal)
}

/** A small Express service with a few things wrong in it, each in a place of its own. */
export const shop: Files = {
  'package.json': JSON.stringify({
    name: 'shop',
    type: 'module',
    engines: { node: '>=24' },
    scripts: { test: 'node --test' },
    dependencies: { express: '5.1.0', pg: '8.16.0' },
  }),
  'package-lock.json': JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: {} }),
  'README.md': '# Shop\n',
  'src/app.js': [
    "import express from 'express'",
    "import { findOrders, runReport } from './orders.js'",
    'export const app = express()',
    "app.get('/orders', async (req, res) => res.json(await findOrders(req.query.customer)))",
    "app.get('/report', (req, res) => res.send(runReport(req.query.expression)))",
    '',
  ].join('\n'),
  'src/orders.js': [
    "import pg from 'pg'",
    'const pool = new pg.Pool()',
    'export async function findOrders(customer) {',
    "  const { rows } = await pool.query('select id from orders where customer = ' + customer)",
    '  return rows',
    '}',
    'export function runReport(expression) {',
    '  return eval(expression)',
    '}',
    '',
  ].join('\n'),
  'test/app.test.js': "import test from 'node:test'\ntest('runs', () => undefined)\n",
}
