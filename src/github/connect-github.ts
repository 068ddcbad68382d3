import { buildApi, type GitHubSetup } from './build-api.ts'
import { type GitHub, readThrough } from './github.ts'
import { type GitHubWriter, writeThrough } from './publish.ts'

/**
 * Reads and writes GitHub as one client: it signs in once, knows one rate limit and keeps one store of archives. Throws
 * when the API's address is no URL or an App's private key can't be read.
 */
export function connectGitHub(setup: GitHubSetup): { github: GitHub; writer: GitHubWriter } {
  const api = buildApi(setup)
  return { github: readThrough(api), writer: writeThrough(api, setup.now ?? Date.now) }
}
