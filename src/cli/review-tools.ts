import type { Config } from '../config.ts'
import { analyse } from '../evidence/analyse.ts'
import { createRememberingParser } from '../evidence/remembering-parser.ts'
import { readCodeFacts } from '../evidence/report/code-facts.ts'
import { toJson } from '../evidence/report/json.ts'
import { createRegistry } from '../npm/registry.ts'
import { readPackageAdvice } from '../reviews/read-package-advice.ts'
import { createProgressLine } from './progress-line.ts'
import type { ReviewTools } from './review.ts'

const userAgent = 'architect-review'
const registryTimeoutMs = 10_000

/** Builds what a review on the command line runs on; it connects to nothing before it is asked to. */
export function buildReviewTools(config: Pick<Config, 'claude' | 'github' | 'npm' | 'store'>): ReviewTools {
  const { npm, claude } = config
  const registry = createRegistry({ url: npm.registryUrl, userAgent, timeoutMs: registryTimeoutMs, now: Date.now })
  const parse = createRememberingParser()
  return {
    openHost: async () => (await import('./open-host.ts')).openHost(config, userAgent),
    ports: {
      analyst: {
        analyse: async (files, packages, packagesNotAssessed) => {
          const known = { ...(packages && { packages }), ...(packagesNotAssessed && { packagesNotAssessed }) }
          const analysis = analyse(files, { parse, ...known })
          return { data: toJson(analysis), facts: readCodeFacts(analysis) }
        },
      },
      readPackages: (texts) => readPackageAdvice(registry, texts),
      now: Date.now,
    },
    openDepth: async (asked) => (await import('./open-depth.ts')).openDepth(asked, claude, registry),
    onProgress: createProgressLine(process.stderr),
  }
}
