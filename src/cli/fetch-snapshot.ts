import type { Config } from '../config.ts'
import { isReadable } from '../evidence/read-folder.ts'
import { createMemoryCache } from '../github/answer-cache.ts'
import { createGitHub } from '../github/github.ts'

/** Reads every text file of a repository, folder, commit or pull request by its GitHub address, or says in one sentence why not. */
export async function fetchSnapshot(
  { github, store }: Pick<Config, 'github' | 'store'>,
  url: string,
): Promise<ReadonlyMap<string, string> | string> {
  const client = createGitHub({
    apiUrl: github.apiUrl,
    auth: github.auth,
    userAgent: 'architect-review',
    cache: createMemoryCache(),
    snapshotDirectory: `${store.dataDir}/snapshots`,
  })
  const [target] = client.findLinks(url)
  if (!target) return `${url} is not an address of code on GitHub, such as https://github.com/acme/orders.`
  const resolved = await client.resolve(target)
  if (!resolved.ok) return resolved.problem.sentence
  const { value } = resolved
  const pin = value.kind === 'code' || value.kind === 'commit' ? value.pin : value.head
  const below = value.kind === 'code' && value.path !== '' ? `${value.path}/` : ''
  const files = new Map<string, string>()
  const read = await client.readSnapshot(pin, ({ path, bytes }) => {
    if (path.startsWith(below) && isReadable(path)) files.set(path.slice(below.length), bytes.toString('utf8'))
  })
  if (!read.ok) return read.problem.sentence
  return files.size === 0 ? `There are no files to review at ${url}.` : files
}
