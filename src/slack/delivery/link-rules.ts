/** An http(s) address in nothing but the characters that mean the same to every parser. */
const plainUrl =
  /^https?:\/\/(?<host>[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?)(?::\d{1,5})?(?<path>\/[\w.~%!$&'()*+,;=:@/-]*)?(?<query>\?[\w.~%!$&'()*+,;=:@/?-]*)?(?<fragment>#[\w.~%!$&'()*+,;=:@/?-]*)?$/i
const plainMailto = /^mailto:[\w.+-]{1,64}@[a-z0-9.-]{1,253}$/i

const secondAddress = /:\/\/|[^a-z0-9]www\.|[!$'()*,;].*\.[a-z]{2,}[/?#:]/i

const maxUrlChars = 2000
const maxPathChars = 160
const maxSegmentChars = 64
const maxHostChars = 80
const maxHostLabelChars = 32

/** The hosts of these addresses; what is no http(s) address is left out. */
export function hostsOf(urls: readonly string[]): ReadonlySet<string> {
  return new Set(urls.flatMap((url) => plainUrl.exec(url)?.groups?.host?.toLowerCase() ?? []))
}

/**
 * Whether an address may be a live link: one of a known host (compared whole), or of another host when it has no room
 * for data. Anything unusual (user names, odd characters, other schemes) may not.
 */
export function maySayLink(url: string, knownHosts: ReadonlySet<string>): boolean {
  if (url.length > maxUrlChars) return false
  if (plainMailto.test(url)) return true
  const parts = readPlainUrl(url)
  if (!parts) return false
  const { host = '', path = '', query, fragment } = parts
  if (knownHosts.has(host.toLowerCase())) return true
  return query === undefined && fragment === undefined && !hasRoomForData(host, path)
}

/** Whether an address leads to a known host and names a path there, so that text glued to it cannot change the host. */
export function leadsToKnownPath(url: string, knownHosts: ReadonlySet<string>): boolean {
  const parts = readPlainUrl(url)
  return parts?.path !== undefined && knownHosts.has((parts.host ?? '').toLowerCase())
}

/** The parts of a plain address that everybody reads alike and that holds no second address. */
function readPlainUrl(url: string): Record<string, string | undefined> | undefined {
  const parts = plainUrl.exec(url)?.groups
  if (!parts || URL.parse(url)?.hostname !== parts['host']?.toLowerCase()) return undefined
  return secondAddress.test(url.slice('https://'.length)) ? undefined : parts
}

function hasRoomForData(host: string, path: string): boolean {
  return (
    host.length > maxHostChars ||
    host.split('.').some((label) => label.length > maxHostLabelChars) ||
    path.length > maxPathChars ||
    /[%;=&]|@(?:channel|here|everyone|group)/i.test(path) ||
    path.split('/').some((segment) => segment.length > maxSegmentChars || isOpaque(segment))
  )
}

/** Ids, hashes and encoded text are long runs with digits; words are not. */
function isOpaque(segment: string): boolean {
  return (segment.match(/[a-z0-9+]{28,}/gi) ?? []).some((run) => /\d/.test(run))
}
