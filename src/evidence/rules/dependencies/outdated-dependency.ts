import { adviceFor } from '../../facts/package-advice.ts'
import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import { dependencyLine } from './manifest-places.ts'
import type { Rule } from '../rule.ts'

/** One major behind is what most maintainers still fix; from two on the way up is several migrations. */
const majorsWorthSaying = 2
const mostShown = 6

export const outdatedDependency: Rule = {
  id: 'outdated-dependency',
  category: 'deprecated-dependency',
  severity: 'info',
  confidence: 'high',
  title: 'Dependencies are two or more major versions behind',
  why: 'Fixes go to the current major versions, and each one that is skipped makes the way up longer.',
  effects: { maintenance: 'One update becomes several migrations at once.' },
  fix: {
    say: 'Move up one major version at a time, and let a bot propose the next one.',
    code: { any: 'npm outdated\nnpm install express@5' },
  },
  sources: ['https://docs.npmjs.com/cli/commands/npm-outdated'],
  limits: 'Says nothing without the registry.',
  *find(codebase) {
    for (const { path } of codebase.project.manifests) {
      const [first, ...others] = behindIn(codebase, path)
      if (!first) continue
      const shown = [first, ...others].slice(0, mostShown).map(({ text }) => text)
      const more = others.length >= mostShown ? `; and ${others.length + 1 - mostShown} more` : ''
      const also = others.map(({ line }) => ({ path, line }))
      yield { file: textFile(codebase, path), line: first.line, message: `${shown.join('; ')}${more}.`, also }
    }
  },
}

function behindIn(codebase: Codebase, path: string): { line: number; text: string }[] {
  return codebase.project.dependencies.flatMap((dependency) => {
    if (dependency.dev || dependency.manifest !== path) return []
    const advice = adviceFor(codebase, dependency, 'outdated')
    if ((advice?.majorsBehind ?? 0) < majorsWorthSaying) return []
    const line = dependencyLine(codebase, path, dependency.name, false)
    return [{ line, text: `${dependency.name} ${advice?.version}: ${advice?.text}` }]
  })
}
