import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BackgroundAnalyst } from '../src/evidence/background-analyst.ts'
import { createMemoryCache } from '../src/github/answer-cache.ts'
import { createGitHub, type GitHub } from '../src/github/github.ts'
import { readReviewCode } from '../src/reviews/read-review-code.ts'
import { renderReview } from '../src/reviews/report/render.ts'
import { resolveReview } from '../src/reviews/resolve-review.ts'
import { runReview } from '../src/reviews/run-review.ts'
import { packArchive } from '../test/support/github/archive.ts'
import { type GitHubStandIn, startGitHub } from '../test/support/github/start-github.ts'
import { createFolder } from './support/folder.ts'
import { type Figure, formatMs, note } from './support/figure.ts'

const modules = 250
const aimMs = 3000
const coldLimit = 5
const warmLimit = 2

/** From an address to a report by rules alone, for a repository of about a thousand TypeScript files; and its requests. */
export async function measureReview(): Promise<Figure[]> {
  note('reviewing a thousand files')
  using created = createFolder()
  const folder = created.path
  const files = makeService()
  await using gitHub = await startGitHub({
    repositories: [{ owner: 'acme', name: 'large', commits: [{ message: 'Start', files }] }],
  })
  const client = createGitHub({
    apiUrl: gitHub.url,
    auth: { kind: 'none' },
    userAgent: 'architect-bench',
    cache: createMemoryCache(),
    snapshotDirectory: join(folder, 'snapshots'),
  })
  const cold = await review(client, gitHub)
  const warm = await review(client, gitHub)
  const tarMs = unpackWithTar(folder, files)
  return [
    {
      name: `Address to facts report, ${Object.keys(files).length} files, cold`,
      ours: formatMs(cold.ms),
      against: `${formatMs(aimMs)} (tar alone ${formatMs(tarMs)})`,
      ratio: cold.ms / aimMs,
      aim: { most: 1 },
    },
    requestFigure('cold', cold.requests, coldLimit),
    requestFigure('nothing changed', warm.requests, warmLimit),
  ]
}

function requestFigure(when: string, requests: number, limit: number): Figure {
  const name = `GitHub requests of a review, ${when}`
  return { name, ours: `${requests}`, against: `${limit}`, ratio: requests / limit, aim: { most: 1 } }
}

async function review(client: GitHub, gitHub: GitHubStandIn): Promise<{ ms: number; requests: number }> {
  const before = gitHub.requests.length
  const { signal } = new AbortController()
  const start = performance.now()
  await using analyst = new BackgroundAnalyst()
  const subject = await resolveReview(client, 'https://github.com/acme/large', undefined, signal)
  if (typeof subject === 'string') throw new Error(subject)
  const code = await readReviewCode(client, subject, signal, () => undefined)
  if (typeof code === 'string') throw new Error(code)
  const asked = { depth: 'facts', capUsd: undefined, language: undefined, kept: undefined } as const
  const run = await runReview(
    { code, ...asked, keep: async () => undefined },
    { analyst, now: Date.now },
    () => undefined,
    signal,
  )
  renderReview(run, 'markdown')
  const ms = performance.now() - start
  if (run.report.findings.length === 0) throw new Error('The service has faults, and none was found')
  return { ms, requests: gitHub.requests.length - before }
}

function unpackWithTar(folder: string, files: Record<string, string>): number {
  const archive = join(folder, 'large.tar.gz')
  const target = join(folder, 'unpacked')
  mkdirSync(target)
  writeFileSync(archive, packArchive(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))))
  const start = performance.now()
  execFileSync('tar', ['-xzf', archive, '-C', target])
  return performance.now() - start
}

/** A service of many modules that import each other: a router, a service, a repository and types for each. */
function makeService(): Record<string, string> {
  const dependencies = { express: '4.21.2', pg: '8.16.0' }
  const files: Record<string, string> = { 'package.json': JSON.stringify({ name: 'large', dependencies }) }
  for (let index = 0; index < modules; index++) Object.assign(files, makeModule(index))
  return files
}

function makeModule(index: number): Record<string, string> {
  const folder = `src/module-${index}`
  const methods = (write: (method: number) => string) =>
    Array.from({ length: 8 }, (_, method) => write(method)).join('\n')
  return {
    [`${folder}/types.ts`]: methods(
      (method) => `export interface Item${method} {\n  id: string\n  total: number\n  note?: string\n}`,
    ),
    [`${folder}/repository.ts`]: `import { Pool } from 'pg'\nconst pool = new Pool()\n${methods(
      (method) =>
        `export async function find${method}(id: string, limit = 50) {\n  const { rows } = await pool.query('select id, total from items_${method} where id = $1 limit $2', [id, limit])\n  return rows.filter((row) => row.total > ${method})\n}`,
    )}\n`,
    [`${folder}/service.ts`]: `import * as repository from './repository.ts'\nimport type { Item0 } from './types.ts'\nimport { load0 as loadNext } from '../module-${(index + 1) % modules}/service.ts'\n${methods(
      (method) =>
        `export async function load${method}(ids: string[]): Promise<Item0[]> {\n  const found: Item0[] = []\n  for (const id of ids) found.push(...(await repository.find${method}(id)))\n  return found.length > 0 ? found : loadNext(ids.slice(1))\n}`,
    )}\n`,
    [`${folder}/routes.ts`]: `import { Router } from 'express'\nimport * as service from './service.ts'\nexport const router = Router()\n${methods(
      (method) =>
        `router.get('/${index}/${method}/:id', async (req, res) => {\n  const items = await service.load${method}([req.params.id])\n  if (items.length === 0) return res.status(404).json({ error: 'not found' })\n  return res.json(items)\n})`,
    )}\n`,
  }
}
