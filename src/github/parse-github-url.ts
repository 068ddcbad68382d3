import { linkHosts } from './hosts.ts'
import type { GitHubHosts } from './hosts.ts'
import { isOwner, isRepositoryRef } from './repository-name.ts'
import type { CompareSide, GitHubTarget, LineRange } from './target.ts'

// First path segments of github.com that are pages of the site and never an owner of repositories.
const SITE_PAGES = new Set(
  (
    'about account api apps blog collections contact copilot customer-stories dashboard enterprise enterprises ' +
    'events explore features gist gists issues join login logout marketplace mobile new notifications ' +
    'organizations orgs pricing pulls readme search security sessions settings setup signup site sponsors ' +
    'stafftools stars team topics trending users'
  ).split(' '),
)
const PATH_PAGES = new Set(['tree', 'blob', 'blame', 'raw', 'commits', 'edit'])
const SHA = /^[0-9a-f]{7,40}$/i

type Place = { host: string; owner: string; name: string }

/** Reads one address; undefined when it is not a page of code on one of these hosts. Never throws. */
export function parseGitHubUrl(address: string, hosts: GitHubHosts): GitHubTarget | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const segments = decodeSegments(url.pathname)
  if (!segments) return undefined
  const known = linkHosts(hosts)
  if (known.raw.includes(url.host)) return readRawUrl(webHostOfRaw(url.host, hosts), segments)
  if (!known.web.includes(url.host)) return undefined
  return readPage(url.host.replace(/^www\./, ''), segments, readLines(url.hash))
}

function webHostOfRaw(rawHost: string, hosts: GitHubHosts): string {
  return hosts.rawHosts.includes(rawHost) ? hosts.webHost : 'github.com'
}

function decodeSegments(pathname: string): string[] | undefined {
  try {
    const segments = decodeURIComponent(pathname).split('/').filter(Boolean)
    return segments.some(isUnusable) ? undefined : segments
  } catch {
    return undefined
  }
}

// The control characters are the point: none of them can stand in a link a person pasted.
function isUnusable(segment: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return segment === '.' || segment === '..' || /[\u0000-\u001f\u007f]/.test(segment)
}

function readPlace(host: string, owner = '', rawName = ''): Place | undefined {
  const name = rawName.replace(/\.git$/, '')
  if (!isRepositoryRef({ owner, name }) || SITE_PAGES.has(owner.toLowerCase())) return undefined
  return { host, owner, name }
}

function readRawUrl(host: string, [owner, name, ...segments]: string[]): GitHubTarget | undefined {
  const place = readPlace(host, owner, name)
  return place && segments.length > 1 ? { ...place, kind: 'path', segments } : undefined
}

function readPage(host: string, segments: string[], lines: LineRange | undefined): GitHubTarget | undefined {
  // Enterprise Server without subdomain isolation serves raw files from /raw/owner/name/ref/path.
  if (segments[0] === 'raw' && host !== 'github.com') return readRawUrl(host, segments.slice(1))
  const [owner, name, page, ...rest] = segments
  const place = readPlace(host, owner, name)
  if (!place) return undefined
  if (page === undefined) return { ...place, kind: 'repository' }
  if (PATH_PAGES.has(page)) return readPathPage(place, rest, lines)
  if (page === 'commit') return readCommit(place, rest[0])
  if (page === 'compare') return readCompare(place, rest.join('/'))
  if (page === 'pull') return readPull(place, rest)
  if (page === 'releases' && rest[0] === 'tag' && rest.length > 1)
    return readPathPage(place, ['refs', 'tags', ...rest.slice(1)], undefined)
  if (page === 'archive') return readArchive(place, rest)
  return undefined
}

function readPathPage(place: Place, segments: string[], lines: LineRange | undefined): GitHubTarget {
  if (segments.length === 0) return { ...place, kind: 'repository' }
  return { ...place, kind: 'path', segments, ...(lines && { lines }) }
}

function readArchive(place: Place, segments: string[]): GitHubTarget | undefined {
  const ref = segments.join('/').replace(/\.(?:zip|tar\.gz)$/, '')
  return ref === '' ? undefined : readPathPage(place, ref.split('/'), undefined)
}

function readCommit(place: Place, text = ''): GitHubTarget | undefined {
  const sha = text.replace(/\.(?:diff|patch)$/, '')
  return SHA.test(sha) ? { ...place, kind: 'commit', sha: sha.toLowerCase() } : undefined
}

function readPull(place: Place, [text = '', page, detail]: string[]): GitHubTarget | undefined {
  if (page === 'commits' && detail && SHA.test(detail)) return readCommit(place, detail)
  const digits = /^(\d{1,9})(?:\.diff|\.patch)?$/.exec(text)?.[1]
  return digits && Number(digits) > 0 ? { ...place, kind: 'pull', number: Number(digits) } : undefined
}

function readCompare(place: Place, text: string): GitHubTarget | undefined {
  const sides = text.replace(/\.(?:diff|patch)$/, '').split(/\.{2,3}/)
  const [first, second] = sides.map((side) => readSide(side, place))
  if (!first || sides.length > 2) return undefined
  if (sides.length === 1) return { ...place, kind: 'compare', head: first }
  return second && { ...place, kind: 'compare', base: first, head: second }
}

/** `ref`, `owner:ref` or `owner:repository:ref`. An owner's one fork needs no name; a second copy of one's own does. */
function readSide(text: string, place: Place): CompareSide | undefined {
  const [owner, ...rest] = text.split(':')
  const ref = rest.pop()
  if (ref === undefined) return text === '' ? undefined : { ref: text }
  const [name, ...more] = rest
  if (ref === '' || owner === undefined || !isOwner(owner) || more.length > 0) return undefined
  const isOwn = owner.toLowerCase() === place.owner.toLowerCase()
  const isHere = name?.toLowerCase() === place.name.toLowerCase()
  return name === undefined || !isOwn || isHere ? { ref, owner } : undefined
}

function readLines(hash: string): LineRange | undefined {
  const found = /^#L(\d{1,7})(?:C\d+)?(?:-L?(\d{1,7})(?:C\d+)?)?$/.exec(hash)
  if (!found) return undefined
  const start = Number(found[1])
  const end = Number(found[2] ?? start)
  return start > 0 && end > 0 ? { start: Math.min(start, end), end: Math.max(start, end) } : undefined
}
