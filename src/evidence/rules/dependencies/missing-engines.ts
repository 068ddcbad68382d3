import type { Codebase } from '../../codebase.ts'
import { activeLts, endOfLife } from '../../facts/node-releases.ts'
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
  fix: { say: 'State it where tools read it.', code: { any: state(activeLts) } },
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
      words: { fix: { say: sayFor(codebase), code: { any: state(supported(codebase) ?? activeLts) } } },
      message: '`engines.node` is not set and there is no `.nvmrc` or `.node-version`.',
    }
  },
}

function state(major: number): string {
  return `"engines": { "node": ">=${major}" }`
}

/** What the image or CI of the project runs, while that gets fixes. */
function supported({ project }: Codebase): number | undefined {
  const major = project.node.inUse?.major
  return major === undefined || major in endOfLife ? undefined : major
}

function sayFor(codebase: Codebase): string {
  const { inUse } = codebase.project.node
  if (!inUse) return 'State the version that production runs where tools read it.'
  return supported(codebase) === undefined
    ? `State it where tools read it; what \`${inUse.path}\` runs gets no more fixes.`
    : `State what \`${inUse.path}\` runs where tools read it.`
}
