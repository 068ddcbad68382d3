import type { GitHubTarget } from '../github/target.ts'

interface Finder {
  readonly hosts: { webOrigin: string }
  findLinks(text: string): GitHubTarget[]
}

/** What a text asks to review: the first address in it, or `owner/repo` and `owner/repo#12` when that is all it says; otherwise one sentence. */
export function findAddress(host: Finder, text: string): GitHubTarget | string {
  const [target] = host.findLinks(text)
  if (target) return target
  const [spelt] = spellOut(text, host.hosts.webOrigin).flatMap((address) => host.findLinks(address))
  return spelt ?? explainAddress(text, host.hosts.webOrigin)
}

// A second part that ends like a file, such as src/app.ts, is a path and no repository.
const shorthand = /^[\s`'"<([]*([A-Za-z0-9][\w-]*)\/([\w.-]*\w)(?:#(\d{1,9}))?[\s`'">)\].,;:!?]*$/
const fileLike = /\.(?:[cm]?[jt]sx?|json|ya?ml|md|txt|html?|css|sql|sh|py|go|rb|rs|java|env|lock|toml)$/i

function spellOut(text: string, webOrigin: string): string[] {
  const [, owner, name = '', number] = shorthand.exec(text) ?? []
  if (owner === undefined || (fileLike.test(name) && number === undefined)) return []
  return [`${webOrigin}/${owner}/${name}${number === undefined ? '' : `/pull/${number}`}`]
}

function explainAddress(text: string, webOrigin: string): string {
  const example = `such as ${webOrigin}/acme/orders or a link to a folder, a file, a pull request or a comparison`
  if (/\bgist\.(?:github|githubusercontent)\.com\b/i.test(text))
    return `I do not review gists. Give me code in a repository, ${example}.`
  const { host } = new URL(webOrigin)
  const page = new RegExp(
    String.raw`\b${RegExp.escape(host)}/([^\s/<>|]+)(?:/([^\s/<>|]+)(?:/([^\s/<>|]+))?)?`,
    'i',
  ).exec(text)
  if (page?.[3])
    return `That page of ${page[1]}/${page[2]} (${page[3]}) is no code. Give me an address of code, ${example}.`
  if (page) return `That page of ${host} is no repository. Give me an address of code, ${example}.`
  const other = /https?:\/\/[^\s/<>|]+/i.exec(text)?.[0]
  if (other)
    return `${other} is not an address of code on GitHub: I read code on ${host}. Give me an address there, ${example}.`
  return `Give me something on GitHub to review, ${example}.`
}
