import { findKnownDeprecation } from '../../facts/known-deprecations.ts'
import { adviceFor } from '../../facts/package-advice.ts'
import { lowestVersion } from '../../facts/versions.ts'
import { textFile } from '../places.ts'
import { dependencyLine, oncePerMessage } from './manifest-places.ts'
import { neverImported } from './never-imported.ts'
import { isVulnerable } from './vulnerable-dependency.ts'
import type { Match, Rule, Words } from '../rule.ts'

function without(name: string): Words {
  return { fix: { say: 'Move to what took its place.', code: { any: `npm uninstall ${name}` } } }
}

export const deprecatedDependency: Rule = {
  id: 'deprecated-dependency',
  category: 'deprecated-dependency',
  severity: 'low',
  confidence: 'high',
  title: 'A dependency is deprecated or unmaintained',
  why: 'Its next vulnerability will not be fixed.',
  effects: { maintenance: 'The later the move, the larger it is.' },
  fix: {
    say: 'Move to what took its place.',
    code: {
      any: 'npm uninstall request\n# in the code: const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })',
    },
  },
  sources: ['https://docs.npmjs.com/deprecating-and-undeprecating-packages-or-package-versions'],
  find(codebase) {
    const matches = codebase.project.dependencies.flatMap((dependency): Match[] => {
      // Of what nothing imports, or what is vulnerable as well, that is said.
      if (dependency.dev || neverImported(codebase).has(dependency.name) || isVulnerable(codebase, dependency))
        return []
      const version = dependency.installed ?? lowestVersion(dependency.range)
      const known = findKnownDeprecation(dependency.name, version)
      const advice = adviceFor(codebase, dependency, 'deprecated')
      if (!known && !advice) return []
      const text = known ? `${known.why}; use ${known.instead} (${known.source})` : (advice?.text ?? '')
      return [
        {
          file: textFile(codebase, dependency.manifest),
          line: dependencyLine(codebase, dependency.manifest, dependency.name, dependency.dev),
          subject: dependency.name,
          ...(dependency.name === 'request' ? {} : { words: without(dependency.name) }),
          message: `${dependency.name}${version === undefined ? '' : ` ${version}`}: ${text}.`,
        },
      ]
    })
    return oncePerMessage(matches)
  },
}
