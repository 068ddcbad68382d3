import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import { dependencyLine } from './manifest-places.ts'
import type { Rule } from '../rule.ts'

export const wildcardDependency: Rule = {
  id: 'wildcard-dependency',
  category: 'wildcard-dependency',
  severity: 'medium',
  confidence: 'high',
  title: 'A dependency may be any version',
  why: '`*`, `latest`, open ranges and addresses bring breaking or malicious releases without anyone deciding it.',
  effects: {
    safety: 'Whoever publishes the package decides what you run.',
    maintenance: 'Builds break without a change of yours.',
  },
  fix: { say: 'State a range with an upper end.', code: { any: '"npmconf": "^2.1.3"' } },
  sources: ['https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies'],
  *find(codebase) {
    for (const dependency of codebase.project.dependencies) {
      const { range } = dependency
      if (/(^|\/)(examples?|templates?|samples?|demos?|starters?)\//.test(dependency.manifest)) continue
      const open = /^(\*|latest|next|x|)$/.test(range.trim()) || (/^>=?\s*\d/.test(range) && !range.includes('<'))
      const address =
        /^(https?:|git(\+|:)|github:|[\w-]+\/[\w.-]+(#.*)?$)/.test(range) &&
        !/#(semver:|[0-9a-f]{7,40}$|v?\d)/.test(range)
      if (!open && !address) continue
      const line = dependencyLine(codebase, dependency.manifest, dependency.name, dependency.dev)
      const text = address ? `is installed from ${range.slice(0, 60)}` : `may be any version (\`${range}\`)`
      yield {
        file: textFile(codebase, dependency.manifest),
        line,
        subject: dependency.name,
        severity: dependency.dev ? 'low' : 'medium',
        ...(isOwn(range, codebase) ? { severity: 'info' as const } : {}),
        message: `${dependency.name} ${text}.`,
      }
    }
  },
}

/** Packages of one repository name each other with `*`. */
function isOwn(range: string, codebase: Codebase): boolean {
  return range.trim() === '*' && codebase.project.manifests.length > 1
}
