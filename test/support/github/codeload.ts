import { archiveCommit } from './archive.ts'
import type { Reply } from './reply.ts'
import type { Site } from './site.ts'

/** Answers the download host's addresses, /_codeload/owner/name/legacy.tar.gz/sha; a private archive needs its key. */
export function answerDownload(site: Site, path: string, query: URLSearchParams): Reply {
  const [, , owner = '', name = '', kind, sha = ''] = path.split('/')
  if (kind !== 'legacy.tar.gz' || !site.knows(owner, name)) return { status: 404, json: { message: 'Not Found' } }
  const repository = site.named(`${owner}/${name}`)
  const keyed = !repository.seed.private || query.get('token') === sha.slice(0, 12)
  if (!keyed || !repository.store.commits.has(sha)) return { status: 404, json: { message: 'Not Found' } }
  const bytes = site.archives.get(repository.fullName) ?? archiveCommit(repository, sha)
  return { status: 200, bytes, headers: { 'content-type': 'application/x-gzip' } }
}
