import semver from 'semver'
import { isObject } from '../../evidence/facts/manifest.ts'
import { readNodeVersions } from '../../evidence/facts/node-version.ts'
import type { AssertionOf } from './assertion.ts'
import { findManifests, isOwn, lineOfKey, type ReadManifest } from './manifests.ts'
import { broken, type CheckOutcome, holds, type Place, unknown } from './outcome.ts'
import { matchGlobs } from './path-globs.ts'
import { quoteLine } from './quote-line.ts'
import type { ReadCode } from './read-code.ts'

/** `allows` is undefined where no version is named, as by `lts/*` or a variable of CI. */
type Claim = { place: Place; allows: string | undefined; isRange: boolean }

/**
 * Everything that states an engine's version allows nothing outside the range: `engines` and `packageManager` in
 * manifests, and for Node.js also images, version files and CI.
 */
export function checkEngine({ name, range, within }: AssertionOf<'engine'>, code: ReadCode): CheckOutcome {
  const found = findManifests(code, within)
  if ('unknown' in found) return unknown(found.unknown)
  const claims = [
    ...found.manifests.flatMap((manifest) => claimsOf(manifest, name)),
    ...(name === 'node' ? nodeClaims(code, within.length === 0 ? isOwn : matchGlobs(within)) : []),
  ]
  const wrong = claims.filter((claim) => breaks(claim, range))
  if (wrong.length > 0) return broken(wrong.map(({ place }) => place))
  const clear = claims.filter(({ allows }) => allows !== undefined)
  const partly = clear.find(({ allows }) => !semver.subset(allows ?? '', range))
  if (partly) return unknown(`${partly.place.path} ${partly.place.says}, which may or may not be ${range}`)
  return clear.length > 0 ? holds : unknown(`nothing states the version of ${name}`)
}

/** A range that allows more is a promise to run there; a version written short, such as `node:22`, may still fit. */
function breaks({ allows, isRange }: Claim, range: string): boolean {
  if (allows === undefined) return false
  return isRange ? !semver.subset(allows, range) : !semver.intersects(allows, range)
}

function claimsOf(manifest: ReadManifest, name: string): Claim[] {
  const { json, text, path } = manifest
  const claims: Claim[] = []
  const engines = json['engines']
  const range = isObject(engines) ? engines[name] : undefined
  if (typeof range === 'string') {
    const line = lineOfKey(text, 'engines', name)
    const place = { path, line, quote: quoteLine(path, text, line), says: `allows ${range}` }
    claims.push({ place, allows: semver.validRange(range) ?? undefined, isRange: true })
  }
  const manager = typeof json['packageManager'] === 'string' ? json['packageManager'] : ''
  const [manages = '', version = ''] = manager.split('@')
  if (manages === name) {
    const line = lineOfKey(text, 'packageManager', 'packageManager')
    const place = { path, line, quote: quoteLine(path, text, line), says: `names ${manager}` }
    claims.push({ place, allows: semver.validRange(version) ?? undefined, isRange: false })
  }
  return claims
}

function nodeClaims(code: ReadCode, matches: (path: string) => boolean): Claim[] {
  return readNodeVersions(code.texts)
    .filter(({ source, path }) => source !== 'engines' && matches(path))
    .map(({ path, line, text, major }) => ({
      place: { path, line, quote: quoteLine(path, code.texts.get(path) ?? '', line), says: `names ${text}` },
      allows: versionIn(text) ?? (major === undefined ? undefined : `${major}.x`),
      isRange: false,
    }))
}

/** The version in words such as `v22.12.0` or `node:22.12-slim`, as a range. */
function versionIn(text: string): string | undefined {
  const found = /(?:^|[:@v"'\s])(\d+(?:\.\d+){0,2})(?=$|[-"'\s])/.exec(text)?.[1]
  return found === undefined ? undefined : (semver.validRange(found) ?? undefined)
}
