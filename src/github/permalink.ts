import type { GitHubHosts } from './hosts.ts'
import type { LineRange, Pin } from './target.ts'

/** The address of a file or folder at a commit, which never changes its content; `lines` marks lines of a file. */
export function permalink(
  { webOrigin }: GitHubHosts,
  { owner, name, sha }: Pin,
  path: string,
  lines?: LineRange,
): string {
  const repository = `${webOrigin}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`
  const encoded = path.split('/').filter(Boolean).map(encodeURIComponent).join('/')
  if (encoded === '') return `${repository}/tree/${sha}`
  return `${repository}/blob/${sha}/${encoded}${lines ? anchor(lines) : ''}`
}

function anchor({ start, end }: LineRange): string {
  return start === end ? `#L${start}` : `#L${start}-L${end}`
}
