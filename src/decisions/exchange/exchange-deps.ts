import type { CodeAudience } from '../../access/visible-repository.ts'
import type { Store } from '../../db/open-store.ts'
import type { GitHub } from '../../github/github.ts'
import type { GitHubWriter } from '../../github/publish.ts'
import type { Audience } from '../audience.ts'

export interface ExchangeDeps {
  store: Store
  github: Pick<GitHub, 'hosts' | 'repository' | 'resolveHead' | 'listFiles' | 'readFile'>
  writer: GitHubWriter
  /** What files call a person of Slack. */
  personName: (teamId: string, userId: string) => Promise<string>
  now: () => number
  signal: AbortSignal
}

/** Between which decisions and which repository, and who hears of it. */
export interface ExchangePlace {
  /** `owner/name` */
  repository: string
  /** Who may read the decisions. */
  audience: Audience
  /** Who would hear what the repository holds. */
  code: CodeAudience
}
