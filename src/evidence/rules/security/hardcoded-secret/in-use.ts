import type { Codebase } from '../../../codebase.ts'
import { folderOf } from '../../../facts/module-paths.ts'
import { inOne } from '../../matches.ts'
import type { Match } from '../../rule.ts'

/** The secrets of a file that is no code, weighed by whether the service runs with them. */
export function* weighedByUse(path: string, matches: readonly Match[], codebase: Codebase): Iterable<Match> {
  const grave = matches.filter(({ severity = 'high' }) => severity === 'high')
  if (grave.length === 0) return yield* matches
  if (/\.(pem|key|p12|pfx)$/.test(path) || /(^|\/)id_\w+$/.test(path)) {
    const severity = isNamed(path, codebase) ? ('high' as const) : ('medium' as const)
    return yield* matches.map((match) => (grave.includes(match) ? { ...match, severity } : match))
  }
  const settings = variablesFor(path, codebase)
  const stoodInFor = grave.filter((match) => settings !== undefined && names(settings, match))
  yield* matches.filter((match) => !stoodInFor.includes(match))
  yield* inOne(stoodInFor.map((match) => ({ ...match, severity: 'medium' as const })))
}

/** Code or an image names the file; a key that nobody loads may belong to an example. */
function isNamed(path: string, { production, texts, project }: Codebase): boolean {
  const name = path.slice(folderOf(path).length)
  return (
    production.some(({ text }) => text.includes(name)) ||
    project.dockerfiles.some((image) => texts.get(image)?.includes(name))
  )
}

/** What says which variables of the environment stand in for the defaults, where they are read with `config`. */
function variablesFor(path: string, { texts }: Codebase): string | undefined {
  if (!/(^|\/)default\.(json5?|ya?ml)$/.test(path)) return undefined
  const beside = `${folderOf(path)}custom-environment-variables`
  return ['json', 'json5', 'yaml', 'yml'].map((end) => texts.get(`${beside}.${end}`)).find((text) => text !== undefined)
}

function names(settings: string, { message }: Match): boolean {
  const key = /^`([^`]+)`/.exec(message)?.[1]
  return key !== undefined && settings.includes(`"${key}"`)
}
