type Seed = { token: string; owner: string; name: string }
type Commit = { message: string; files: Record<string, string>; parents?: string[]; baseTree?: string }

/** Writes commits, branches, tags and pull requests into emulate's GitHub by its own REST API. */
export function writeTo(url: string, { token, owner, name }: Seed) {
  const repository = `${url}/repos/${owner}/${name}`

  async function send(method: string, path: string, body: unknown): Promise<{ sha: string; tree?: { sha: string } }> {
    const headers = { authorization: `token ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${repository}${path}`, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    // Every object of GitHub's git API has a sha; callers use it only where there is one.
    return (await response.json()) as { sha: string; tree?: { sha: string } }
  }

  return {
    async commit({ message, files, parents = [], baseTree }: Commit) {
      const tree = Object.entries(files).map(([path, content]) => ({ path, mode: '100644', type: 'blob', content }))
      const written = await send('POST', '/git/trees', { tree, ...(baseTree && { base_tree: baseTree }) })
      const { sha } = await send('POST', '/git/commits', { message, tree: written.sha, parents })
      return { sha, tree: written.sha }
    },
    point: (ref: string, sha: string) => send('POST', '/git/refs', { ref: `refs/${ref}`, sha }),
    move: (ref: string, sha: string) => send('PATCH', `/git/refs/${ref}`, { sha, force: true }),
    pull: (pull: { title: string; body: string; head: string; base: string }) => send('POST', '/pulls', pull),
  }
}
