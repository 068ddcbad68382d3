import type { AssertionOf } from './assertion.ts'
import { broken, type CheckOutcome, holds, unknown } from './outcome.ts'
import { matchGlobs } from './path-globs.ts'
import { type ReadCode, whyNotParsed } from './read-code.ts'

/** Rules that say little when no package registry was asked. */
const needRegistry = new Set(['vulnerable-dependency', 'deprecated-dependency'])

/** A rule of the evidence engine finds nothing in paths. */
export function checkRule({ rule, within }: AssertionOf<'rule'>, code: ReadCode): CheckOutcome {
  const { facts } = code
  const known = facts.rules.find(({ id }) => id === rule)
  if (!known) return unknown(`this version knows no rule ${rule}`)
  const matches = matchGlobs(within)
  const found = facts.findings.filter((finding) => finding.rule === rule && matches(finding.path))
  if (found.length > 0)
    return broken(found.map(({ path, line, quote }) => ({ path, line, quote: firstLine(quote), says: known.title })))
  if (known.failed) return unknown(`the rule ${rule} failed on this code`)
  if (facts.searchWasCut && known.area === 'security') return unknown('the search for the way of input was cut short')
  if (needRegistry.has(rule) && !facts.askedRegistry) return unknown('the package registry was not asked')
  const reason = whyNotParsed(code, within)
  if (reason) return unknown(reason)
  return facts.parsed.some(matches) || [...code.texts.keys()].some(matches)
    ? holds
    : unknown(`no file matches ${within.join(' ')}`)
}

function firstLine(quote: string): string {
  return (quote.split('\n', 1)[0] ?? '').trim()
}
