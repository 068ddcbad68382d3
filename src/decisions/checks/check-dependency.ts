import semver from 'semver'
import { readInstalledVersions } from '../../evidence/facts/installed-versions.ts'
import { packageNameOf } from '../../evidence/facts/module-paths.ts'
import type { AssertionOf } from './assertion.ts'
import { type Declared, findDeclared, findManifests, type ReadManifest } from './manifests.ts'
import { broken, type CheckOutcome, holds, type Place, unknown } from './outcome.ts'
import { quoteLine } from './quote-line.ts'
import { type ReadCode, whyNotParsed } from './read-code.ts'

type Check = AssertionOf<'dependency'>

/** A package is asked for by the manifests, is not (nor imported by any file), or is there at a version of a range. */
export function checkDependency(check: Check, code: ReadCode): CheckOutcome {
  const found = findManifests(code, check.within)
  if ('unknown' in found)
    return check.state === 'absent' ? (importedPlaces(check, code) ?? unknown(found.unknown)) : unknown(found.unknown)
  const { manifests } = found
  const declared = manifests.flatMap((manifest) => findDeclared(manifest, check.name))
  switch (check.state) {
    case 'absent':
      return checkAbsent(check, declared, code)
    case 'present':
      return checkPresent(check, declared, manifests)
    case 'version':
      return declared.length === 0
        ? checkPresent(check, declared, manifests)
        : checkVersions(check.range, declared, code.texts)
  }
}

function checkAbsent(check: Check, declared: readonly Declared[], code: ReadCode): CheckOutcome {
  if (declared.length > 0) return broken(declared.map(({ place }) => place))
  const imported = importedPlaces(check, code)
  if (imported) return imported
  const reason = check.within.length === 0 ? undefined : whyNotParsed(code, check.within)
  return reason ? unknown(reason) : holds
}

/** A package that no manifest names can still be imported where another one brings it. */
function importedPlaces({ name, within }: Check, code: ReadCode): CheckOutcome | undefined {
  if (within.length > 0) return undefined
  const imports = code.facts.imports.filter(
    ({ to, specifier }) => to === undefined && packageNameOf(specifier) === name,
  )
  const places = imports.map(({ from, line }) => ({
    path: from,
    line,
    quote: quoteLine(from, code.texts.get(from) ?? '', line),
    says: `it imports ${name}`,
  }))
  return places.length > 0 ? broken(places) : undefined
}

function checkPresent(
  { name, within }: Check,
  declared: readonly Declared[],
  manifests: readonly ReadManifest[],
): CheckOutcome {
  const having = new Set(declared.map(({ manifest }) => manifest.path))
  const lacking = manifests.filter(({ path }) => !having.has(path))
  if (
    lacking.length === 0 ||
    (within.length === 0 && manifests.some(({ path, folder }) => folder === '' && having.has(path)))
  )
    return holds
  if (having.size > 0 && within.length === 0)
    return unknown(`${having.size} of ${manifests.length} packages ask for ${name}; say which must with "in <folder>"`)
  return broken(lacking.map(({ path }) => ({ path, quote: '', says: `it does not ask for ${name}` })))
}

function checkVersions(range: string, declared: readonly Declared[], texts: ReadonlyMap<string, string>): CheckOutcome {
  const places: Place[] = []
  let reason: string | undefined
  for (const one of declared) {
    const verdict = judgeVersion(range, one, texts)
    if (verdict === 'fits') continue
    if ('says' in verdict) places.push(verdict)
    else reason ??= verdict.unknown
  }
  if (places.length > 0) return broken(places)
  return reason ? unknown(reason) : holds
}

/** The lock file decides; without it, only a range that allows nothing else, or nothing at all, does. */
function judgeVersion(
  range: string,
  declared: Declared,
  texts: ReadonlyMap<string, string>,
): 'fits' | Place | { unknown: string } {
  const { alias, written, manifest } = declared
  const { version, path } = readInstalledVersions(texts)({ name: alias, range: written, manifest: manifest.path })
  if (version !== undefined && semver.valid(version)) {
    if (semver.satisfies(version, range, { includePrerelease: true })) return 'fits'
    return { ...declared.place, says: `${path} installs ${version}` }
  }
  const reason = path === undefined ? 'there is no lock file' : `${path} does not say which version is installed`
  const asked = semver.validRange(declared.range)
  if (asked === null) return { unknown: `${reason}, and "${declared.range}" names no version` }
  if (semver.subset(asked, range)) return 'fits'
  if (!semver.intersects(asked, range)) return { ...declared.place, says: `it asks for ${declared.range}` }
  return { unknown: reason }
}
