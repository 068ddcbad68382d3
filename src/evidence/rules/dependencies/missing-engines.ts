import { textFile } from '../places.ts'
import type { Rule } from '../rule.ts'

export const missingEngines: Rule = {
  id: 'missing-engines',
  category: 'missing-engines',
  severity: 'low',
  confidence: 'high',
  title: 'The Node.js version the code needs is not stated',
  why: 'People, CI and the host pick their own, and differences show up in production.',
  effects: { maintenance: '“Works on my machine” has no reference.' },
  fix: { say: 'State it where tools read it.', code: { any: '"engines": { "node": ">=24" }' } },
  sources: ['https://docs.npmjs.com/cli/configuring-npm/package-json#engines'],
  *find(codebase) {
    const root = codebase.project.manifests[0]
    if (!root || codebase.project.manifests.some((manifest) => manifest.engines['node'])) return
    if (Object.keys(root.dependencies).length === 0 && root.workspaces.length === 0) return
    const pinned = codebase.project.node.claims.some(
      (claim) => claim.source === 'version file' || claim.source === 'volta',
    )
    if (pinned) return
    yield {
      file: textFile(codebase, root.path),
      line: 1,
      // The image says what the server runs.
      ...(codebase.project.node.inUse?.source === 'Dockerfile' ? { severity: 'info' } : {}),
      message: '`engines.node` is not set and there is no `.nvmrc` or `.node-version`.',
    }
  },
}
