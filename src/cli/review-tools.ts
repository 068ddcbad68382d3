import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClaude } from '../claude/create-claude.ts'
import type { Config } from '../config.ts'
import { analyse } from '../evidence/analyse.ts'
import { createRememberingParser } from '../evidence/remembering-parser.ts'
import { readCodeFacts } from '../evidence/report/code-facts.ts'
import { toJson } from '../evidence/report/json.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { createGitHub } from '../github/github.ts'
import { createRegistry } from '../npm/registry.ts'
import { createNarrate } from '../reviews/narrative/create-narrate.ts'
import { estimateReview } from '../reviews/narrative/estimate-review.ts'
import type { ReviewPorts } from '../reviews/ports.ts'
import { readPackageAdvice } from '../reviews/read-package-advice.ts'
import { createProgressLine } from './progress-line.ts'
import type { ReviewTools } from './review.ts'

const userAgent = 'architect-review'
const registryTimeoutMs = 10_000

/** Builds what a review on the command line runs on; it connects to nothing before it is asked to. */
export function buildReviewTools(config: Pick<Config, 'claude' | 'github' | 'npm' | 'store'>): ReviewTools {
  const { github, store, npm, claude } = config
  const host = createGitHub({
    apiUrl: github.apiUrl,
    auth: github.auth,
    userAgent,
    cache: createMemoryCache(),
    snapshotDirectory: join(store.dataDir, 'snapshots'),
  })
  const registry = createRegistry({ url: npm.registryUrl, userAgent, timeoutMs: registryTimeoutMs, now: Date.now })
  const parse = createRememberingParser()
  const { apiKey, baseUrl, model, smallModel } = claude
  const ports: ReviewTools['ports'] = {
    analyst: {
      analyse: async (files, packages, packagesNotAssessed) => {
        const known = { ...(packages && { packages }), ...(packagesNotAssessed && { packagesNotAssessed }) }
        const analysis = analyse(files, { parse, ...known })
        return { data: toJson(analysis), facts: readCodeFacts(analysis) }
      },
    },
    readPackages: (texts) => readPackageAdvice(registry, texts),
    now: Date.now,
  }
  const narrate: ReviewPorts['narrate'] =
    apiKey === undefined
      ? undefined
      : createNarrate({
          claude: createClaude({ apiKey, baseUrl, model, smallModel }),
          modelName: model,
          registry,
          instructions: readFileSync(join(import.meta.dirname, '../../prompts/review.md'), 'utf8'),
          findUrl: ({ pin }, path, start, end) => pin && host.permalink(pin, path, { start, end }),
        })
  return {
    host,
    ports: { ...ports, ...(narrate && { narrate }) },
    priceDepth: (code, depth) =>
      narrate
        ? priceDepth(config, code, depth)
        : `The depth ${depth} needs a model: set ANTHROPIC_API_KEY, or use --depth facts.`,
    onProgress: createProgressLine(process.stderr),
  }
}

function priceDepth(
  { claude: { model, dailyBudgetUsd, allowUnpriced } }: Pick<Config, 'claude'>,
  { target, files, texts }: Parameters<ReviewTools['priceDepth']>[0],
  depth: 'standard' | 'deep',
): { capUsd: number | undefined } | string {
  const { capUsd, priceUsd, refused } = estimateReview({
    files: files.map(({ path }) => ({ path, bytes: Buffer.byteLength(texts.get(path) ?? '') })),
    model,
    allowUnpriced,
    leftUsd: dailyBudgetUsd,
    ...(target.change && { changed: target.change.files }),
  })[depth]
  if (refused === 'unpriced')
    return `The price of ${model} is not known, so what ${depth} costs cannot be kept in bounds.`
  if (refused === 'over-budget')
    return `The depth ${depth} costs about $${priceUsd?.toFixed(2)}, and ARCHITECT_DAILY_BUDGET_USD is $${dailyBudgetUsd}.`
  return { capUsd }
}
