import { onceFor } from '../parse/once.ts'

/** A place that says which Node.js the project wants. */
export type NodeVersionClaim = {
  source: 'engines' | 'version file' | 'Dockerfile' | 'CI' | 'volta'
  path: string
  line: number
  text: string
  /** Lowest major version the claim allows; undefined for `lts`, `latest` and the like. */
  major?: number
}

/** Reads the Node.js versions a set of files asks for: engines, .nvmrc, Dockerfiles, CI; never throws. */
export function readNodeVersions(
  files: ReadonlyMap<string, string>,
  paths: readonly string[] = [...files.keys()],
): NodeVersionClaim[] {
  return claiming(paths)
    .flatMap((path) => claimsIn(path, files.get(path) ?? ''))
    .sort((a, b) => rank[a.source] - rank[b.source])
}

const claiming = onceFor((paths: readonly string[]) =>
  paths.filter((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    return /^\.(nvmrc|node-version|tool-versions)$|^package\.json$/.test(name) || isDockerfile(name) || isCi(path)
  }),
)

/** The claim that decides what runs in production: the image first, then the version file, CI, and last engines. */
export function versionInUse(claims: readonly NodeVersionClaim[]): NodeVersionClaim | undefined {
  return claims.find((claim) => claim.major !== undefined)
}

const rank = { Dockerfile: 0, 'version file': 1, volta: 2, CI: 3, engines: 4 } as const

function claimsIn(path: string, text: string): NodeVersionClaim[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/^\.(nvmrc|node-version)$/.test(name)) return [claim('version file', path, 1, text.trim())]
  if (name === '.tool-versions') return matches('version file', path, text, /^nodejs\s+(\S+)/)
  if (isDockerfile(name)) return imageClaims(path, text)
  if (path.endsWith('.travis.yml')) return matches('CI', path, listed(text), /^node_js:\s*(.*)$/)
  if (isCi(path))
    return matches('CI', path, text, /^[\s-]*(?:node-version|node_version|NODE_VERSION|image)['"]?:\s*(.*)$/)
  if (name !== 'package.json' || path.includes('node_modules/')) return []
  return [
    ...matches('engines', path, inside(text, '"engines"'), /^\s*(?:"engines"\s*:\s*\{)?\s*"node"\s*:\s*"([^"]+)"/),
    ...matches('volta', path, inside(text, '"volta"'), /^\s*(?:"volta"\s*:\s*\{)?\s*"node"\s*:\s*"([^"]+)"/),
  ]
}

/** `node_js:` with its versions below, on the lines on which they stand. */
function listed(text: string): string {
  return text.replace(/^node_js:[ \t]*((?:\n[ \t]*-.*)+)/m, (_, items: string) =>
    items.replace(/\n[ \t]*-/g, '\nnode_js:'),
  )
}

export function isDockerfile(name: string): boolean {
  return /^(.*\.)?Dockerfile(\..*)?$|^Containerfile$/i.test(name) && !name.endsWith('.dockerignore')
}

export function isCi(path: string): boolean {
  return (
    /(^|\/)(\.github\/workflows\/[^/]+\.ya?ml|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml|bitbucket-pipelines\.yml|Jenkinsfile)$/.test(
      path,
    ) || /(^|\/)\.circleci\/config\.yml$/.test(path)
  )
}

/** A Dockerfile's last stage decides; earlier stages are named only when the last one is not a Node.js image. */
function imageClaims(path: string, text: string): NodeVersionClaim[] {
  const found = matches(
    'Dockerfile',
    path,
    withArguments(text),
    /^\s*FROM\s+(?:--\S+\s+)?((?:\S+\/)?node(?:js)?[:@]\S+)/i,
  )
  const installed =
    found.length > 0 || /build|dev|test/i.test(path)
      ? []
      : matches('Dockerfile', path, text, /\bnodesource\.com\/(setup_\d+)/i)
  return [...found.toReversed(), ...installed]
}

/** `ARG NODE=24` and then `FROM node:${NODE}`; what only the builder knows stays open. */
function withArguments(text: string): string {
  const values = new Map(
    [...text.matchAll(/^\s*ARG\s+(\w+)=["']?([\w.-]*)/gim)].map(([, name, value]) => [name, value]),
  )
  return text.replace(/^\s*FROM\s.*$/gim, (line) =>
    line.replace(
      /\$\{?(\w+)(?::?-([^}]*))?\}?/g,
      (_, name: string, value?: string) => values.get(name) ?? value ?? '?',
    ),
  )
}

function matches(source: NodeVersionClaim['source'], path: string, text: string, pattern: RegExp): NodeVersionClaim[] {
  return text.split('\n').flatMap((line, index) => {
    const value = pattern.exec(line)?.[1]?.trim()
    const isNode = source !== 'CI' || !/image/.test(line) || /node/.test(line)
    return value && isNode ? [claim(source, path, index + 1, value)] : []
  })
}

function claim(source: NodeVersionClaim['source'], path: string, line: number, text: string): NodeVersionClaim {
  const major = majorOf(text)
  return { source, path, line, text, ...(major === undefined ? {} : { major }) }
}

const codenames: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
}

function majorOf(text: string): number | undefined {
  const named = Object.keys(codenames).find((name) => text.toLowerCase().includes(name))
  if (named) return codenames[named]
  const tag = /(?:node(?:js)?[:@]|^setup_)(.*)/i.exec(text)?.[1] ?? text
  // `node:?-debian12` says nothing about Node.js.
  if (tag.startsWith('?')) return undefined
  const number = /(?:^|[^\d.])(\d{1,3})(?:\D|$)/.exec(` ${tag}`)?.[1]
  if (number === undefined) return undefined
  const major = Number(number)
  return major === 0 ? 0 : major
}

function inside(text: string, key: string): string {
  const start = text.indexOf(key)
  if (start < 0) return ''
  const end = text.indexOf('}', start)
  const before = text.slice(0, start).replace(/[^\n]/g, '')
  return before + text.slice(start, end < 0 ? undefined : end)
}
