import type { GitHubHosts } from './hosts.ts'
import { linkHosts } from './hosts.ts'
import { parseGitHubUrl } from './parse-github-url.ts'
import type { GitHubTarget } from './target.ts'

// Longer than any address a browser takes from GitHub, and short enough for a hostile text to cost nothing.
const MAX_LENGTH = 2000

/** Finds the GitHub pages a message links to, in order, each once; understands Slack's `<url|label>`. Never throws. */
export function findGitHubLinks(text: string, hosts: GitHubHosts): GitHubTarget[] {
  const found = new Map<string, GitHubTarget>()
  for (const address of findAddresses(text, hosts)) {
    const target = parseGitHubUrl(address, hosts)
    if (target) found.set(JSON.stringify(target), target)
  }
  return [...found.values()]
}

function findAddresses(text: string, hosts: GitHubHosts): string[] {
  // Slack turns the ssh form into a mail link: <mailto:git@github.com|git@github.com>:acme/orders.git
  const readable = text.replaceAll(/<mailto:[^|<>]*\|(git@[^<>]*)>/gi, '$1')
  return [...readable.matchAll(addressPattern(hosts))].map(([whole, bracketed]) =>
    bracketed === undefined ? toHttps(trimSentence(unescapeSlack(whole))) : unescapeSlack(bracketed),
  )
}

// Either what stands in Slack's angle brackets, or a run without spaces that starts like a link to a known host.
function addressPattern(hosts: GitHubHosts): RegExp {
  const { web, raw } = linkHosts(hosts)
  const names = [...new Set([...web, ...raw])].map((host) => RegExp.escape(host)).join('|')
  const bracketed = String.raw`<(https?://[^<>|\s]{1,${MAX_LENGTH}})(?:\|[^<>]*)?>`
  const start = String.raw`(?:(?<![a-z0-9])(?:(?:git\+)?https?://|git://|(?:ssh://)?git@)|(?<![\w.@/-]))`
  return new RegExp(String.raw`${bracketed}|${start}(?:${names})[/:][^\s<>|"\x60]{1,${MAX_LENGTH}}`, 'gi')
}

function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function toHttps(address: string): string {
  return address
    .replace(/^git\+/i, '')
    .replace(/^git:/i, 'https:')
    .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/i, 'https://$1/')
}

// Paths may hold brackets (`app/(shop)/page.tsx`), so a closing one goes only when nothing in the address opened it.
function trimSentence(address: string): string {
  const trimmed = address.replace(/[.,;:!?'*_~>…“”‘’«»、。，！？；：）】」』]+$/u, '')
  const last = trimmed.at(-1) ?? ''
  const opening = { ')': '(', ']': '[', '}': '{' }[last]
  if (opening && count(trimmed, last) > count(trimmed, opening)) return trimSentence(trimmed.slice(0, -1))
  return trimmed
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
