import type { GitHubHosts } from '../github/hosts.ts'
import { findGitHubLinks } from '../github/links.ts'
import type { GitHubTarget, LineRange, Pin } from '../github/target.ts'

export type LinkFault = 'other-repository' | 'not-pinned' | 'no-such-file' | 'no-such-lines'

/** One GitHub address of a text that marks a file; `fault` says what is wrong with it. */
export type LinkCheck = { path: string; lines?: LineRange; fault?: LinkFault }

/** The commit that links have to point into, and where its files are read. */
export type PinnedFiles = {
  pin: Pin
  hosts: GitHubHosts
  readText: (path: string) => string | undefined
  isFolder: (path: string) => boolean
}

/**
 * Checks every GitHub file address in a Markdown text: whether it points into the pinned commit of this repository, at
 * a file and lines that exist. Addresses of repositories, issues and other pages are not looked at. Never throws.
 */
export function checkLinks(markdown: string, files: PinnedFiles): LinkCheck[] {
  return findGitHubLinks(markdown, files.hosts).flatMap((target) =>
    target.kind === 'path' && target.segments.length > 1 ? [checkLink(target, files)] : [],
  )
}

function checkLink(target: Extract<GitHubTarget, { kind: 'path' }>, files: PinnedFiles): LinkCheck {
  const { pin, hosts, readText } = files
  const [ref = '', ...rest] = target.segments
  const path = rest.join('/')
  const link = { path, ...(target.lines && { lines: target.lines }) }
  const isOurs = target.host === hosts.webHost && same(target.owner, pin.owner) && same(target.name, pin.name)
  if (!isOurs) return { ...link, fault: 'other-repository' }
  if (!/^[0-9a-f]{7,}$/i.test(ref) || !pin.sha.startsWith(ref.toLowerCase())) return { ...link, fault: 'not-pinned' }
  const text = readText(path)
  if (text === undefined && !target.lines && files.isFolder(path)) return link
  if (text === undefined) return { ...link, fault: 'no-such-file' }
  return target.lines && target.lines.end > countLines(text) ? { ...link, fault: 'no-such-lines' } : link
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** How many lines a text has; a line end at its end begins no new one. */
export function countLines(text: string): number {
  const rows = text.split(/\r\n|\n|\r/)
  return rows.length > 1 && rows.at(-1) === '' ? rows.length - 1 : rows.length
}
