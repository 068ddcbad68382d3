import type { KeptPieces } from './kept-pieces.ts'
import { neutraliseSpan } from './neutralise-code.ts'
import { leadsToKnownPath, maySayLink } from './link-rules.ts'

const destination = String.raw`(<[^<>\uFDD0\uFDD1]*>|[^\s()<>\uFDD0\uFDD1]*(?:\([^\s()<>\uFDD0\uFDD1]*\)[^\s()<>\uFDD0\uFDD1]*)*)`
const title = String.raw`(?:[ \t]+(?:"[^"]*"|'[^']*'))?`
const wholeLink = new RegExp(
  String.raw`(?<!\\)\[((?:[^\[\]\\\uFDD1]|\\.|\[[^\[\]\uFDD1]*\])*)\]\([ \t]*${destination}${title}[ \t]*\)`,
  'g',
)
const angleLink =
  /(?<!\]\(|\\)<([a-z][a-z0-9+.-]{0,30}:\/\/[^\s<>|\uFDD0\uFDD1]*|mailto:[^\s<>|\uFDD0\uFDD1]*)(?:\|([^<>]*))?>/gi
const badge = /\[!\[([^[\]]*)\]\([^\s()]*\)\](?=\()/g
const image = /!\[([^[\]]*)\](?=\()/g
const scheme = String.raw`[a-z][a-z0-9+.-]{0,30}\\?:\\?\/\\?\/|(?<![\w:/\\])\/\/(?=[a-z0-9])|www\\?\.`
const domain = String.raw`(?<![a-z0-9]|(?<!\\)\/)(?:[a-z0-9_-][a-z0-9_.\\-]{0,254}\.[a-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?\\?[/?#]`
const urlStart = new RegExp(String.raw`(?:${scheme}|(?<![a-z0-9])(?:mailto|xmpp|tel|sms):)(?=[^ \t])`, 'gi')
const bareDomain = new RegExp(String.raw`${domain}[^ \t<\uFDD0\uFDD1]{0,4000}`, 'gi')
const addressRun = new RegExp(String.raw`(?:${scheme}|${domain})[^ \t\uFDD0\uFDD1]{0,4000}(?=([\uFDD0\uFDD1])?)`, 'gi')
const wholeRun = /[^ \t<\uFDD0\uFDD1]{1,4000}/y
const maxShownChars = 200
/** More signs than this after an address could be a message of their own. */
const maxEndSigns = 8

export interface LinkContext {
  kept: KeptPieces
  knownHosts: ReadonlySet<string>
  inTable: boolean
}

/** Keeps the links of a line that may be live and spells all others out as code, in whatever form they were written. */
export function neutraliseLinks(line: string, context: LinkContext): string {
  const linked = settleLinks(settleAngleLinks(withoutImages(line), context), context)
  const text = escapeTags(breakDefinitions(linked, context))
  return breakLinkSyntax(settleDomains(settleUrls(separateAddresses(text, context), context), context))
}

/** Slack shows no images in text; each becomes a link to it. */
function withoutImages(line: string): string {
  return line
    .replace(badge, (_, label: string) => `[${label || 'image'}]`)
    .replace(image, (_, label: string) => `[${label || 'image'}]`)
}

/** Slack's own form with a name becomes a Markdown link, and is settled as one. */
function settleAngleLinks(line: string, context: LinkContext): string {
  return line.replace(angleLink, (_, url: string, label: string | undefined) => {
    const name = label?.replace(/[[\]]/g, '').trim() ?? ''
    if (name !== '') return `[${name}${linkTo(url)}`
    return maySayLink(url, context.knownHosts) ? keepAddress(url, context) : spell(url, context)
  })
}

function settleLinks(line: string, context: LinkContext): string {
  const { kept, knownHosts, inTable } = context
  return line.replace(wholeLink, (link, label: string, written: string) => {
    if (inTable && /(?<!\\)\|/.test(label)) return link
    const target = unwrap(written)
    const name = kept.restore(label).replace(/^`|`$/g, '').trim()
    const isLive = maySayLink(target, knownHosts)
    if (isLive && name !== '' && !/:\/\/|www\./i.test(name))
      return `${kept.keepLink('[')}${label}${kept.keepLink(linkTo(target))}`
    if (!isLive && !/[:/.?#@\\&%]/.test(target)) return link
    const shown = isLive ? keepAddress(target, context) : spell(target, context)
    if (name === '' || name === target) return shown
    // A name that begins with a letter may stand alone; any other could begin a list or a heading there.
    return /^\p{L}|^\uFDD0/u.test(label) ? `${label} (${shown})` : `[${label}] (${shown})`
  })
}

const keepAddress = (url: string, { kept }: LinkContext) => kept.keepToken(`<${quietMentions(url)}>`)

/** An address as code, which nobody can click. */
function spell(target: string, { kept }: LinkContext): string {
  const shown = target.length > maxShownChars ? `${target.slice(0, maxShownChars).toWellFormed()}…` : target
  return kept.keepCode(neutraliseSpan(shown.replaceAll('&lt;', '<')))
}

/** A reference definition may stand when it leads to a live link; everything else after `]:` is text. */
function breakDefinitions(line: string, { knownHosts }: LinkContext): string {
  return line.replace(/\]:(?=[ \t]*([^ \t]{0,2001}))/g, (colon, target: string) =>
    maySayLink(target, knownHosts) ? colon : ']&#58;',
  )
}

/** Ends every address where all parsers end it: before code, before a link and, in a table row, before the next cell. */
function separateAddresses(line: string, { inTable }: LinkContext): string {
  return line.replace(addressRun, (run, next: string | undefined) => {
    const closed = run.replaceAll('<', '&lt;')
    const parted = inTable ? closed.replaceAll('|', ' |') : closed
    return next === undefined ? parted : `${parted} `
  })
}

function settleUrls(line: string, context: LinkContext): string {
  let text = ''
  let at = 0
  urlStart.lastIndex = 0
  for (let match = urlStart.exec(line); match; match = urlStart.exec(line)) {
    const run = runAt(line, match.index)
    const { length, shown } = settleRun(run, context)
    text += line.slice(at, match.index) + shown
    at = match.index + length
    urlStart.lastIndex = at
  }
  return text + line.slice(at)
}

/** Everything up to the next space is judged together, because nobody knows where Slack would end the link. */
function settleRun(run: string, context: LinkContext): { length: number; shown: string } {
  const { kept, knownHosts } = context
  const ascii = /^[!-~]*/.exec(run)?.[0] ?? ''
  const url = trimUrl(ascii)
  const address = url.replace(/^(?=www\.)/i, 'http://').replace(/^\/\//, 'http://')
  const isLive =
    ascii === run
      ? run.length - url.length <= maxEndSigns && maySayLink(address, knownHosts)
      : leadsToKnownPath(address, knownHosts) && !/\/\/|www\.|\w\.[a-z]/i.test(run.slice(url.length))
  if (isLive) return { length: url.length, shown: kept.keepLink(quietMentions(url)) }
  const whole = trimUrl(run)
  return { length: whole.length, shown: spell(whole, context) }
}

function settleDomains(line: string, context: LinkContext): string {
  return line.replace(bareDomain, (run) => {
    const name = trimUrl(run)
    if (maySayLink(`http://${name}`, context.knownHosts)) return run
    return spell(name, context) + run.slice(name.length)
  })
}

/** Slack reads `<…>` as a token in Markdown too, and shows the escaped form as it was written (PostHog PR 95054). */
function escapeTags(line: string): string {
  return line.replace(/<(?![ \t\d=-]|$)/g, '&lt;')
}

/** What still looks like a link or an image is shown as the text it is. */
function breakLinkSyntax(line: string): string {
  return line.replaceAll('](', ']&#40;').replaceAll('![', '&#33;[')
}

function runAt(line: string, index: number): string {
  wholeRun.lastIndex = index
  return wholeRun.exec(line)?.[0] ?? ''
}

/** Without the punctuation that ends a sentence or closes what stands around the address. */
function trimUrl(run: string): string {
  let end = run.length
  while (end > 1 && /[.,:;!?'"*_~)\]}|>]/.test(run[end - 1] ?? '') && !closesItself(run.slice(0, end))) end--
  return run.slice(0, end)
}

function closesItself(url: string): boolean {
  return url.endsWith(')') && url.split('(').length >= url.split(')').length
}

const unwrap = (written: string) => (written.startsWith('<') ? written.slice(1, -1) : written)
const linkTo = (url: string) => `](${quietMentions(url).replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'))})`
const quietMentions = (url: string) => url.replace(/@(?=channel|here|everyone|group)/gi, '%40')
