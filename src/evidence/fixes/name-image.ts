import { endOfLife } from '../facts/node-releases.ts'
import { lineStartsOf } from '../parse/source-file.ts'
import type { TextFix } from './fix-here.ts'

/** In long-term support until April 2029: nodejs/Release, schedule.json. */
const supported = '26'

/** Systems that images of a supported release are no longer made for. */
const oldSystems = /-(?:wheezy|jessie|stretch|buster|bullseye|alpine[\d.]+)/

/** The line with a release that still gets fixes. */
export const nameImage: TextFix = ({ file, line }) => {
  if (line === undefined) return undefined
  const starts = lineStartsOf(file.text)
  const row = file.text.slice(starts[line - 1], starts[line]).trim()
  const renewed = row
    .replace(/^(FROM\s+(?:--\S+\s+)?(?:\S+\/)?node:)v?\d+(?:\.\d+){0,2}/i, `$1${supported}`)
    .replace(oldSystems, (name) => (name.startsWith('-alpine') ? '-alpine' : '-trixie'))
  const engine = row.replace(/^("node"\s*:\s*)"[^"]*"/, `$1">=${supported}"`)
  if (engine !== row) return engine
  const bare = row.replace(/^v?\d+(\.\d+){0,2}$/, supported)
  return renewed === row ? (bare === row ? undefined : bare) : renewed
}

/** The field with the release that the project runs on, where that one still gets fixes. */
export const stateEngines: TextFix = (_, { project }) => {
  const major = project.node.inUse?.major
  return major === undefined || endOfLife[major] !== undefined ? undefined : `"engines": { "node": ">=${major}" }`
}
