import type { Codebase } from '../codebase.ts'
import { literalText, type CallNode } from '../parse/ast.ts'
import { compareVersions, lowestVersion } from '../facts/versions.ts'
import { lineOf, sourceText } from './places.ts'
import type { Match, Words } from './rule.ts'

type SlowCall = { calls: RegExp; package: string; from?: string; below: string; what: string }

/** Below every version: none mends it. */
const never = '99.0.0'

/** Functions of old package versions that are known to take very long on crafted text. */
const known: readonly SlowCall[] = [
  {
    calls: /^validator(\.default)?\.(isEmail|rtrim|trim|isSlug|isHSL|isHexColor|ltrim|stripLow)$/,
    package: 'validator',
    below: '13.7.0',
    what: 'CVE-2021-3765',
  },
  { calls: /^ms$/, package: 'ms', below: '0.7.1', what: 'CVE-2015-8315' },
  { calls: /^ms$/, package: 'ms', from: '0.7.1', below: '2.0.0', what: 'CVE-2017-20162' },
  { calls: /^humanize-ms$/, package: 'humanize-ms', below: '1.2.1', what: 'CVE-2015-8315 in its `ms`' },
  { calls: /^moment(\.\w+)?\(\)\.format$/, package: 'moment', below: '2.19.3', what: 'CVE-2017-18214' },
  {
    calls: /^moment(\(\))?(\.(?!format\b)\w+)*$/,
    package: 'moment',
    from: '2.18.0',
    below: '2.29.4',
    what: 'CVE-2022-31129',
  },
  { calls: /^marked(\.(parse|parseInline))?$/, package: 'marked', below: '4.0.10', what: 'CVE-2022-21681' },
  { calls: /^semver\.\w+$/, package: 'semver', below: '5.7.2', what: 'CVE-2022-25883' },
  { calls: /^minimatch(\.minimatch)?$/, package: 'minimatch', below: '3.0.5', what: 'CVE-2022-3517' },
  { calls: /^useragent\.\w+$/, package: 'useragent', below: never, what: 'CVE-2020-26311' },
  { calls: /^ua-parser-js(\(\))?$/, package: 'ua-parser-js', below: '0.7.33', what: 'CVE-2022-25927' },
]

function updated({ package: name, below }: SlowCall): Words {
  return {
    title: 'An old package takes minutes on a short text',
    why: 'The pattern that this version matches the text with tries every way to split it; one request then stops the whole process.',
    fix: {
      say: 'Update the package, and refuse texts that are longer than any good one.',
      code: { any: below === never ? `npm uninstall ${name}` : `npm install ${name}@${below}` },
    },
  }
}

/** Only texts of unknown form are tried as the dates of mails that it reads slowly. */
function hasFormat(call: CallNode): boolean {
  return literalText(call.arguments[1]) !== undefined
}

/** Functions of old versions that get request input; one update mends them all, so that many places are one finding. */
export function* slowCalls(codebase: Codebase): Iterable<Match> {
  for (const found of Map.groupBy(callsWithInput(codebase), ({ name }) => name).values()) {
    const matches = found.map(({ match }) => match)
    const [first, ...rest] = matches
    if (!first || rest.length < 5) yield* matches
    else yield { ...first, also: rest.map(({ file, line }) => ({ path: file.path, line: line ?? 1 })) }
  }
}

function* callsWithInput(codebase: Codebase): Iterable<{ name: string; match: Match }> {
  for (const item of known) {
    const dependency = codebase.project.dependencies.find((found) => found.name === item.package)
    const version = dependency && (dependency.installed ?? lowestVersion(dependency.range))
    if (!version || compareVersions(version, item.below) >= 0 || compareVersions(version, item.from ?? '0.0.0') < 0)
      continue
    for (const { call, file, name } of codebase.index.named(item.calls)) {
      if (item.package === 'moment' && hasFormat(call)) continue
      for (const argument of call.arguments) {
        const trace = codebase.flow.trace(argument, file)
        if (!trace) continue
        const message = `\`${name}\` of ${item.package} ${version} (${item.what}) is slow on crafted text and gets ${sourceText(trace, file, argument)}.`
        const line = lineOf(call, file)
        const words = updated(item)
        yield { name, match: { file, node: call, line, severity: 'medium', message, steps: trace.steps, words } }
        break
      }
    }
  }
}
