import type { Codebase } from '../../codebase.ts'
import { findFixedVersion, findKnownAdvisories } from '../../facts/known-advisories.ts'
import { findKnownDeprecation } from '../../facts/known-deprecations.ts'
import { packageNameOf } from '../../facts/module-paths.ts'
import { adviceFor } from '../../facts/package-advice.ts'
import { lowestVersion, takes } from '../../facts/versions.ts'
import { textFile } from '../places.ts'
import { dependencyLine, oncePerMessage } from './manifest-places.ts'
import { neverImported } from './never-imported.ts'
import { boundTo } from '../../facts/bound-packages.ts'
import { absentFor, advisoriesIn, namedIn } from './preconditions.ts'
import type { Match, Rule, Severity } from '../rule.ts'
import { isReached } from './ways-in.ts'

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
  find(codebase) {
    const matches = codebase.project.dependencies.flatMap((dependency): Match[] => {
      const version = versionOf(dependency)
      // What nothing imports is told as that, with what is known of it.
      if (dependency.dev || version === undefined || neverImported(codebase).has(dependency.name)) return []
      const told = adviceFor(codebase, dependency, 'vulnerable')
      // Those whose way in shows stand first.
      const [worst, ...others] = told
        ? []
        : findKnownAdvisories(dependency.name, version).toSorted(
            (one, other) => farness(one.ghsa, dependency, codebase) - farness(other.ghsa, dependency, codebase),
          )
      const fixed = findFixedVersion(dependency.name, version)
      const text = told?.text ?? (worst && describe(worst, others, fixed))
      if (text === undefined) return []
      const ids = told ? advisoriesIn(told.text) : [worst, ...others].flatMap((item) => item?.ghsa ?? [])
      const absent = absentForAll(ids, codebase)
      // A new install has the fix, and no lock file says that anything else runs.
      const inNew = /fixed in (\d[\w.-]*\w)/.exec(told?.text ?? '')?.[1] ?? (told ? undefined : fixed)
      if (dependency.installed === undefined && inNew !== undefined && takes(dependency.range, inNew)) return []
      const open = (told ? namedIn(told.text) : ids).filter((ghsa) => absentFor(ghsa, codebase) === undefined)
      const ended = findKnownDeprecation(dependency.name, version)
      return [
        {
          file: textFile(codebase, dependency.manifest),
          line: dependencyLine(codebase, dependency.manifest, dependency.name, false),
          subject: dependency.name,
          // Attackers of the server do not reach what only browsers run, or nobody.
          severity:
            isOfBrowser(codebase, dependency.manifest) || absent.length > 0
              ? 'info'
              : isOfTools(dependency, codebase)
                ? 'low'
                : weigh(told?.severity ?? worst?.severity ?? 'high', isReached(open, dependency.manifest, codebase)),
          message: `${dependency.name} ${version}: ${text}${asideOf(absent)}${ended ? `; ${ended.why}: use ${ended.instead}` : ''}${besideOf(dependency, version, fixed, codebase)}.`,
        },
      ]
    })
    return oncePerMessage(
      matches.toSorted((one, other) => Number(one.severity === 'low') - Number(other.severity === 'low')),
    )
  },
}

/** Why it matters less here. */
function asideOf(absent: readonly string[]): string {
  return absent.length > 0 ? `; it needs ${absent.join(' or ')}, which no code here uses` : ''
}

/** What has to move with it, where the fix is in another major version. */
function besideOf(dependency: Dependency, version: string, fixed: string | undefined, { project }: Codebase): string {
  if (fixed === undefined || majorOf(fixed) === majorOf(version)) return ''
  const bound = boundTo(dependency, project.dependencies)
  if (bound.length === 0) return ''
  const shown = bound.slice(0, mostShown).join(', ')
  const more = bound.length > mostShown ? ` and ${bound.length - mostShown} more` : ''
  return `; what is made for version ${majorOf(version)} moves with it: ${shown}${more}`
}

const mostShown = 3

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? ''
}

type Dependency = Codebase['project']['dependencies'][number]

/** How far outsiders are from a weakness: they reach it, they may, or what it needs is not there. */
function farness(ghsa: string, { manifest }: Dependency, codebase: Codebase): 0 | 1 | 2 {
  if (absentFor(ghsa, codebase) !== undefined) return 2
  return isReached([ghsa], manifest, codebase) ? 0 : 1
}

/** How bad it can be, where it is reached; whoever only holds the version has an update to make. */
function weigh(worst: Severity, reached: boolean): Severity {
  return reached || (worst !== 'critical' && worst !== 'high') ? worst : 'medium'
}

/** What the advisories need, where no code of the project has it for any of them. */
function absentForAll(ids: readonly string[], codebase: Codebase): string[] {
  const absent = ids.map((ghsa) => absentFor(ghsa, codebase))
  return absent.includes(undefined) ? [] : [...new Set(absent.filter((needs) => needs !== undefined))]
}

/** Only what somebody runs by hand imports it: outsiders do not get there. */
function isOfTools({ name }: Dependency, { modules }: Codebase): boolean {
  const from = modules.imports.filter(({ specifier }) => packageNameOf(specifier) === name).map((edge) => edge.from)
  return from.length > 0 && from.every((path) => /(^|\/)(scripts?|tools?|seed(er)?s?|migrations?)\//i.test(path))
}

type Told = { what: string; ghsa: string }

function describe({ what, ghsa }: Told, others: readonly Told[], fixed: string | undefined): string {
  const more = others.length > 0 ? `; also ${others.map((other) => other.ghsa).join(', ')}` : ''
  return `${what} (${ghsa})${more}; ${fixed === undefined ? 'no version fixes it' : `fixed in ${fixed}`}`
}

/** Whether a vulnerability of what is installed is known. */
export function isVulnerable(codebase: Codebase, dependency: Dependency): boolean {
  const version = versionOf(dependency)
  return (
    adviceFor(codebase, dependency, 'vulnerable') !== undefined ||
    (version !== undefined && findKnownAdvisories(dependency.name, version).length > 0)
  )
}

function versionOf({ installed, range }: Dependency): string | undefined {
  return installed ?? lowestVersion(range)
}

/** All code beside a package.json is for browsers. */
function isOfBrowser(codebase: Codebase, manifest: string): boolean {
  const folder = manifest.slice(0, -'package.json'.length)
  return (
    folder !== '' &&
    codebase.skipped.some(({ path, kind }) => kind === 'browser' && path.startsWith(folder)) &&
    codebase.withTypes.every(({ path }) => !path.startsWith(folder))
  )
}
