import { knownVulnerabilities } from '../../facts/known-packages-advice.ts'
import { compareVersions, lowestVersion } from '../../facts/versions.ts'
import { textFile } from '../places.ts'
import { dependencyLine } from './manifest-places.ts'
import type { Rule } from '../rule.ts'

export const vulnerableDependency: Rule = {
  id: 'vulnerable-dependency',
  category: 'vulnerable-dependency',
  severity: 'high',
  confidence: 'high',
  title: 'A dependency has a published vulnerability',
  why: 'Scanners look for exactly these versions.',
  effects: { safety: 'Known ways in stay open.' },
  fix: {
    say: 'Update, test, and let the build fail on new advisories.',
    code: { any: 'npm install ejs@latest\nnpm audit --omit=dev --audit-level=high' },
  },
  sources: ['https://github.com/advisories', 'https://docs.npmjs.com/cli/commands/npm-audit'],
  limits: 'Without the registry only advisories known when this version was made are reported.',
  *find(codebase) {
    for (const dependency of codebase.project.dependencies) {
      if (dependency.dev) continue
      const version = dependency.installed ?? lowestVersion(dependency.range)
      const known = knownVulnerabilities.find(
        (item) => item.name === dependency.name && version !== undefined && compareVersions(version, item.below) < 0,
      )
      if (!known || version === undefined) continue
      const line = dependencyLine(codebase, dependency.manifest, dependency.name, false)
      const fixed = known.below.startsWith('99.') ? '' : `; fixed in ${known.below}`
      yield {
        file: textFile(codebase, dependency.manifest),
        line,
        subject: dependency.name,
        severity: known.severity,
        message: `${dependency.name} ${version}: ${known.what}${fixed}.`,
      }
    }
    for (const advice of codebase.advice) {
      const dependency = codebase.project.dependencies.find((item) => item.name === advice.name)
      if (advice.kind !== 'vulnerable' || !dependency) continue
      const line = dependencyLine(codebase, dependency.manifest, dependency.name, dependency.dev)
      yield {
        file: textFile(codebase, dependency.manifest),
        line,
        subject: dependency.name,
        severity: advice.severity ?? 'high',
        message: `${advice.name} ${advice.version}: ${advice.text}`,
      }
    }
  },
}
