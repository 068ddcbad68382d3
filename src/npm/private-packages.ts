/** Which names a public registry must not be asked about. */
export type PrivatePackages = {
  isPrivate: (name: string) => boolean
  /** The host of the registry the repository installs everything from, when its .npmrc names one. */
  registryHost?: string
}

/**
 * Reads what a repository keeps to itself: the packages it makes, every scope it publishes under, and the scopes its
 * .npmrc and .yarnrc.yml files send to a registry of their own; `settings` are the texts of those files and `names` those
 * of its package.json files.
 */
export function readPrivatePackages(names: readonly string[], settings: readonly string[]): PrivatePackages {
  const own = new Set(names)
  const scopes = new Set(names.flatMap((name) => scopeOf(name) ?? []))
  let registryHost: string | undefined
  for (const [, scope, address = ''] of settings.flatMap((text) => [...text.matchAll(registryLine)])) {
    if (scope !== undefined) scopes.add(scope)
    else registryHost = URL.parse(address)?.host ?? registryHost
  }
  for (const [, block = ''] of settings.flatMap((text) => [...text.matchAll(yarnScopes)]))
    for (const [, scope = ''] of block.matchAll(/^ {2}["']?@?([\w.~-]+)["']?:/gm)) scopes.add(`@${scope}`)
  return {
    isPrivate: (name) => own.has(name) || scopes.has(scopeOf(name) ?? ''),
    ...(registryHost !== undefined && { registryHost }),
  }
}

/**
 * `registry=…` and `@scope:registry=…` of .npmrc, `npmRegistryServer: …` of .yarnrc.yml:
 * https://docs.npmjs.com/cli/configuring-npm/npmrc and https://yarnpkg.com/configuration/yarnrc
 */
const registryLine = /^(?:(@[\w.~-]+):)?(?:registry[ \t]*=|npmRegistryServer:)[ \t]*["']?([^\s"']+)/gm
const yarnScopes = /^npmScopes:[ \t]*\n((?:[ \t]+[^\n]*\n?)+)/gm

function scopeOf(name: string): string | undefined {
  return /^(@[^/]+)\//.exec(name)?.[1]
}

/**
 * What a registry may be asked about a dependency of a package.json; undefined for what does not come from one: files,
 * links, workspaces, Git and other addresses. An alias such as `npm:other@^1` is the package it stands for.
 */
export function registryDependency(name: string, range: string): { name: string; range: string } | undefined {
  const alias = /^npm:((?:@[^/@]+\/)?[^/@]+)(?:@(.+))?$/.exec(range)
  if (alias) return { name: alias[1] ?? name, range: alias[2] ?? '*' }
  if (/^(?:catalog:|$)/.test(range)) return { name, range: '*' }
  return /[:/]/.test(range) ? undefined : { name, range }
}
