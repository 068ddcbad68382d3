import { describe, expect, test } from 'vitest'
import { guardFetch } from '../../src/github/guard-fetch.ts'
import type { Fetch } from '../../src/github/guard-fetch.ts'
import { gitHubHosts } from '../../src/github/hosts.ts'
import { openClient, valueOf } from './open-client.ts'
import { orders } from './sample.ts'

/** A network of pages by address; a page that is a text redirects there. Records what was sent where. */
function network(pages: Record<string, string>) {
  const sent: { url: string; authorization: string | null }[] = []
  const fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    sent.push({ url, authorization: new Headers(init?.headers).get('authorization') })
    const location = pages[url]
    return new Response(null, location ? { status: 302, headers: { location } } : { status: 200 })
  }
  return { fetch, sent }
}

const headers = { authorization: 'token secret' }

describe('A GitHub Enterprise Server', () => {
  test('is read at its own address, from its own links', async () => {
    await using client = await openClient({ repositories: [orders], prefix: '/api/v3' })
    const { host, origin } = new URL(client.standIn.url)
    const [target] = client.github.findLinks(`http://${host}/acme/orders/blob/main/src/app.js#L3`)
    expect(target).toMatchObject({ host, segments: ['main', 'src', 'app.js'] })
    if (!target) return
    const code = valueOf(await client.github.resolve(target))
    if (code.kind !== 'code') throw new Error('A file is code')
    expect(code.repository.htmlUrl).toBe(`${origin}/acme/orders`)
    expect(valueOf(await client.github.readFile(code.pin, code.path)).text).toContain('SIGTERM')
    expect(client.github.permalink(code.pin, code.path)).toBe(`${origin}/acme/orders/blob/${code.pin.sha}/src/app.js`)
    expect(valueOf(await client.github.searchCode(code.pin, 'listOrders')).hits).toHaveLength(1)
  })
})

describe('Redirects', () => {
  test.each([
    ['https://api.github.com', 'https://codeload.github.com/acme/orders/x'],
    ['https://ghe.corp/api/v3', 'https://codeload.ghe.corp/x'],
    ['https://api.acme.ghe.com', 'https://codeload.acme.ghe.com/x'],
  ])('from %s to %s are followed without the credentials', async (apiUrl, location) => {
    const { fetch, sent } = network({ [`${apiUrl}/tarball`]: location })
    await guardFetch(fetch, gitHubHosts(apiUrl), 1000)(`${apiUrl}/tarball`, { headers })
    expect(sent).toEqual([
      { url: `${apiUrl}/tarball`, authorization: 'token secret' },
      { url: location, authorization: null },
    ])
  })

  test.each([
    ['https://ghe.corp/api/v3', 'https://codeload.ghe.corp.evil.example/x'],
    ['https://ghe.corp/api/v3', 'https://codeload.github.com/x'],
    ['https://api.github.com', 'https://codeload.github.com.evil.example/x'],
    ['https://api.github.com', 'https://evilcodeload.github.com/x'],
    ['https://api.github.com', 'http://codeload.github.com/x'],
    ['https://api.github.com', 'https://codeload.github.com:8443/x'],
    ['https://api.github.com', 'https://github.com/x'],
    ['https://api.github.com', 'http://169.254.169.254/latest/meta-data'],
  ])('from %s to %s are not followed', async (apiUrl, location) => {
    const { fetch, sent } = network({ [`${apiUrl}/tarball`]: location })
    const guarded = guardFetch(fetch, gitHubHosts(apiUrl), 1000)
    await expect(guarded(`${apiUrl}/tarball`, { headers })).rejects.toThrow(new URL(location).host)
    expect(sent).toHaveLength(1)
  })

  test('inside the API keep the credentials', async () => {
    const { fetch, sent } = network({ 'https://api.github.com/repos/a/b': '/repositories/1' })
    await guardFetch(
      fetch,
      gitHubHosts('https://api.github.com'),
      1000,
    )('https://api.github.com/repos/a/b', { headers })
    expect(sent.at(-1)).toEqual({ url: 'https://api.github.com/repositories/1', authorization: 'token secret' })
  })

  test('in a circle come to an end', async () => {
    const { fetch, sent } = network({ 'https://api.github.com/a': '/a' })
    const guarded = guardFetch(fetch, gitHubHosts('https://api.github.com'), 1000)
    await expect(guarded('https://api.github.com/a')).rejects.toThrow('more than 5 times')
    expect(sent).toHaveLength(6)
  })

  test('never start at another host', async () => {
    const { fetch, sent } = network({})
    const guarded = guardFetch(fetch, gitHubHosts('https://api.github.com'), 1000)
    await expect(guarded('https://evil.example/')).rejects.toThrow('evil.example')
    expect(sent).toEqual([])
  })
})
