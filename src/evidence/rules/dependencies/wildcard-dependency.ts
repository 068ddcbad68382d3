import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import { dependencyLine } from './manifest-places.ts'
import type { Rule, Severity, Words } from '../rule.ts'

type Dependency = Codebase['project']['dependencies'][number]

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
  fix: { say: 'State a range with an upper end.', code: { any: '"express": "^5.1.0"' } },
  sources: ['https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies'],
  *find(codebase) {
    for (const dependency of codebase.project.dependencies) {
      const { range } = dependency
      if (/(^|\/)(examples?|templates?|samples?|demos?|starters?)\//.test(dependency.manifest)) continue
      const open = /^(\*|latest|next|x|)$/.test(range.trim()) || (/^>=?\s*\d/.test(range) && !range.includes('<'))
      const address =
        /^(https?:|git(\+|:)|github:|[\w-]+\/[\w.-]+(#.*)?$)/.test(range) &&
        !/#(semver:|[0-9a-f]{7,40}$|v?\d)/.test(range)
      if ((!open && !address) || isOfRepository(dependency, codebase)) continue
      const line = dependencyLine(codebase, dependency.manifest, dependency.name, dependency.dev)
      const text = address ? `is installed from ${range.slice(0, 60)}` : `may be any version (\`${range}\`)`
      yield {
        file: textFile(codebase, dependency.manifest),
        line,
        subject: dependency.name,
        severity: weigh(dependency, codebase),
        ...(address ? { words: fromAddress } : {}),
        message: `${dependency.name} ${text}.`,
      }
    }
  },
}

/** What a lock file holds changes with the next update, and not with the next install. */
function weigh({ dev, installed }: Dependency, { project }: Codebase): Severity {
  if (project.lockfile === undefined || installed === undefined) return dev ? 'low' : 'medium'
  return dev ? 'info' : 'low'
}

const fromAddress: Words = {
  title: 'A dependency may change under its address',
  why: 'What stands at the address may be replaced at any time, and no registry keeps what was there.',
  fix: { say: 'Name the commit, or take a release.', code: { any: '"grunt-if": "github:owner/grunt-if#4f1d3aa"' } },
}

/** Packages of one repository name each other with `*`. */
function isOfRepository({ name, range }: Dependency, { project }: Codebase): boolean {
  return range.trim() === '*' && project.manifests.some((manifest) => manifest.name === name)
}
