import { knownVulnerabilities, type KnownVulnerability } from '../../facts/known-packages-advice.ts'
import { adviceFor } from '../../facts/package-advice.ts'
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
      if (version === undefined) continue
      const told = adviceFor(codebase, dependency, 'vulnerable')
      const known = told ? undefined : knownVulnerability(dependency.name, version)
      const text = told?.text ?? (known && describe(known))
      if (text === undefined) continue
      yield {
        file: textFile(codebase, dependency.manifest),
        line: dependencyLine(codebase, dependency.manifest, dependency.name, false),
        severity: told?.severity ?? known?.severity ?? 'high',
        message: `${dependency.name} ${version}: ${text}.`,
      }
    }
  },
}

function knownVulnerability(name: string, version: string): KnownVulnerability | undefined {
  return knownVulnerabilities.find((item) => item.name === name && compareVersions(version, item.below) < 0)
}

function describe({ what, below }: KnownVulnerability): string {
  return below.startsWith('99.') ? what : `${what}; fixed in ${below}`
}
