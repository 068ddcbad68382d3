const PUBLIC_WEB_HOST = 'github.com'

/** Where one GitHub lives: its web pages, its raw files and the origins its API may redirect a download to. */
export type GitHubHosts = {
  apiUrl: string
  apiOrigin: string
  webOrigin: string
  webHost: string
  rawHosts: readonly string[]
  downloadOrigins: readonly string[]
}

/**
 * Derives the hosts from the API's address: `https://ghe.corp/api/v3` is Enterprise Server at ghe.corp,
 * `https://api.acme.ghe.com` is Enterprise Cloud at acme.ghe.com, anything else speaks for github.com.
 * Throws when the address is not a URL.
 */
export function gitHubHosts(apiUrl: string): GitHubHosts {
  const api = new URL(apiUrl)
  const known = { apiUrl: apiUrl.replace(/\/+$/, ''), apiOrigin: api.origin }
  if (/^\/api\/v3\/?$/.test(api.pathname)) return { ...known, ...enterpriseServer(api) }
  if (api.host.startsWith('api.') && api.host.endsWith('.ghe.com')) return { ...known, ...cloud(api.host.slice(4)) }
  return { ...known, ...cloud(PUBLIC_WEB_HOST), rawHosts: ['raw.githubusercontent.com'] }
}

/** The hosts whose links people paste: this GitHub's own, and always github.com, so that a foreign one can be named. */
export function linkHosts(hosts: GitHubHosts): { web: readonly string[]; raw: readonly string[] } {
  return {
    web: [hosts.webHost, `www.${hosts.webHost}`, PUBLIC_WEB_HOST, `www.${PUBLIC_WEB_HOST}`],
    raw: [...hosts.rawHosts, 'raw.githubusercontent.com'],
  }
}

function cloud(webHost: string) {
  return { webOrigin: `https://${webHost}`, webHost, rawHosts: [], downloadOrigins: [`https://codeload.${webHost}`] }
}

// With subdomain isolation Enterprise Server serves /raw and /_codeload from subdomains of its own host:
// https://docs.github.com/en/enterprise-server/admin/configuring-settings/hardening-security-for-your-enterprise/enabling-subdomain-isolation
function enterpriseServer(api: URL) {
  return {
    webOrigin: api.origin,
    webHost: api.host,
    rawHosts: [`raw.${api.host}`],
    downloadOrigins: [`${api.protocol}//codeload.${api.host}`],
  }
}
