import * as z from 'zod'
import { ask, type Api } from './api.ts'
import type { Sending } from './attempt.ts'
import type { Identity } from './identity.ts'
import type { Outcome } from './outcome.ts'
import {
  archived,
  explainRefusal,
  fromRead,
  noCredentials,
  noWriteAccess,
  otherBase,
  type PublishProblem,
} from './publish-problem.ts'
import type { CallOptions } from './question.ts'
import { readRepository, type Repository } from './repository.ts'
import { sendWrite } from './send-write.ts'
import type { Pin, RepositoryRef } from './target.ts'

/** What each path is to hold; undefined takes the file away, which has to be there. */
export type FileChanges = ReadonlyMap<string, string | undefined>

/** A change set for one pull request. */
export interface Publication {
  repository: RepositoryRef
  /** The branch to write, always the same for the same kind of change: it is updated rather than repeated. */
  branch: string
  /** Plans the change once it is known what it is built upon: the commit of the open pull request, when there is one. */
  files: (open: Pin | undefined) => Promise<Outcome<FileChanges>>
  message: string
  title: string
  body: string
}

/** `nothing-to-do` when the default branch, or the open pull request, holds all of it already. */
export type Published =
  | { kind: 'opened' | 'updated'; pull: number; url: string; sha: string }
  | { kind: 'nothing-to-do'; pull?: number; url?: string }

export type PublishOutcome = { ok: true; value: Published } | { ok: false; problem: PublishProblem }

/** Writes to GitHub: one branch and one pull request, and nothing else ever. */
export interface GitHubWriter {
  publish(publication: Publication, options?: CallOptions): Promise<PublishOutcome>
}

/** The part of a client that writes. What GitHub refuses comes back as a problem with a sentence. */
export function writeThrough(api: Api, now: () => number): GitHubWriter {
  return {
    async publish(publication, options = {}) {
      try {
        return { ok: true, value: await publish(api, publication, { ...options, now }) }
      } catch (error) {
        if (error instanceof Stop) return { ok: false, problem: error.problem }
        throw error
      }
    },
  }
}

/** Ends a publication with an expected problem; never leaves this file. */
class Stop extends Error {
  override name = 'Stop'
  readonly problem: PublishProblem
  constructor(problem: PublishProblem) {
    super(problem.sentence)
    this.problem = problem
  }
}

type Options = CallOptions & { now: () => number }
interface Site {
  api: Api
  identity: Identity
  repository: Repository
  branch: string
  options: Options
}

const ref = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) })
const commit = z.object({ sha: z.string(), tree: z.object({ sha: z.string() }) })
const pull = z.object({
  number: z.number(),
  html_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  base: z.object({ ref: z.string() }),
})
const created = z.object({ sha: z.string() })

async function publish(api: Api, publication: Publication, options: Options): Promise<Published> {
  const site = await openSite(api, publication, options)
  const tip = await readTip(site, site.repository.defaultBranch)
  if (tip === undefined) throw new Stop(fromRead({ sentence: `${placeOf(site)} has no commits yet.` }))
  const own = await readTip(site, publication.branch)
  const open = own === undefined ? undefined : await findOpenPull(site)
  // What people pushed to an open pull request stays; an old branch whose request is closed begins anew.
  const parent = own !== undefined && open ? own : tip
  const before = await readCommit(site, parent)
  const { owner, name } = site.repository
  const files = await publication.files(parent === tip ? undefined : { owner, name, sha: parent })
  if (!files.ok) throw new Stop(fromRead(files.problem))
  const tree = await writeTree(site, before.tree.sha, files.value)
  if (tree === before.tree.sha && open) return await refreshPull(site, publication, open, undefined)
  if (tree === before.tree.sha) return { kind: 'nothing-to-do' }
  const sha = await writeCommit(site, { message: publication.message, tree, parents: [parent] })
  if (own === undefined) await createBranch(site, sha)
  else await moveBranch(site, sha, !open)
  return open ? await refreshPull(site, publication, open, sha) : await openPull(site, publication, sha)
}

async function openSite(api: Api, { repository: ref_, branch }: Publication, options: Options): Promise<Site> {
  const repository = await readRepository(api, ref_, options)
  if (!repository.ok) throw new Stop(fromRead(repository.problem))
  if (repository.value.archived) throw new Stop(archived(repository.value))
  const { owner, name } = repository.value
  const identity = await api.credentials.forRepository({ owner, name }, options)
  if (!identity.ok) throw new Stop(fromRead(identity.problem))
  if (api.credentials.kind === 'none') throw new Stop(noCredentials({ owner, name }))
  if (identity.value.anonymous) throw new Stop(noWriteAccess({ owner, name }))
  return { api, identity: identity.value, repository: repository.value, branch, options }
}

function placeOf({ repository }: Site): string {
  return `${repository.owner}/${repository.name}`
}

/** The commit a branch points at now; undefined when there is no such branch. */
async function readTip(site: Site, branch: string): Promise<string | undefined> {
  const { owner, name } = site.repository
  const found = await ask(site.api, site.repository, {
    route: 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    params: { ref: `heads/${branch}` },
    schema: z.array(ref),
    keep: 'fresh',
    missing: { kind: 'empty-repository', owner, name },
    signal: site.options.signal,
  })
  if (!found.ok) throw new Stop(fromRead(found.problem))
  return found.value.find((one) => one.ref === `refs/heads/${branch}`)?.object.sha
}

async function findOpenPull(site: Site): Promise<z.infer<typeof pull> | undefined> {
  const { owner, name, defaultBranch } = site.repository
  const found = await ask(site.api, site.repository, {
    route: 'GET /repos/{owner}/{repo}/pulls',
    params: { state: 'open', head: `${owner}:${site.branch}` },
    schema: z.array(pull),
    keep: 'fresh',
    missing: { kind: 'not-found', owner, name },
    signal: site.options.signal,
  })
  if (!found.ok) throw new Stop(fromRead(found.problem))
  const [first] = found.value
  const ours = found.value.find(({ base }) => base.ref === defaultBranch)
  if (ours || !first) return ours
  throw new Stop(otherBase({ number: first.number, base: first.base.ref, url: first.html_url }, defaultBranch))
}

async function readCommit(site: Site, sha: string): Promise<z.infer<typeof commit>> {
  const { owner, name } = site.repository
  const found = await ask(site.api, site.repository, {
    route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    params: { commit_sha: sha },
    schema: commit,
    keep: 'immutable',
    missing: { kind: 'no-such-commit', owner, name, sha },
    signal: site.options.signal,
  })
  if (!found.ok) throw new Stop(fromRead(found.problem))
  return found.value
}

async function write<T>(site: Site, sending: Pick<Sending, 'route' | 'params'>, schema: z.ZodType<T>): Promise<T> {
  const { owner, name } = site.repository
  const { signal, now } = site.options
  const sent = await sendWrite(site.identity, { ...sending, repository: { owner, name }, signal }, schema)
  if (!sent.ok) throw new Stop(explainRefusal(sent.failure, { owner, name }, site.branch, now()))
  return sent.value
}

async function writeTree(site: Site, base: string, files: FileChanges): Promise<string> {
  const tree = [...files].map(([path, content]) => ({
    path,
    mode: '100644',
    type: 'blob',
    ...(content === undefined ? { sha: null } : { content }),
  }))
  if (tree.length === 0) return base
  const params = { base_tree: base, tree }
  return (await write(site, { route: 'POST /repos/{owner}/{repo}/git/trees', params }, created)).sha
}

async function writeCommit(site: Site, params: { message: string; tree: string; parents: string[] }): Promise<string> {
  return (await write(site, { route: 'POST /repos/{owner}/{repo}/git/commits', params }, created)).sha
}

async function createBranch(site: Site, sha: string): Promise<void> {
  const params = { ref: `refs/heads/${site.branch}`, sha }
  await write(site, { route: 'POST /repos/{owner}/{repo}/git/refs', params }, ref)
}

async function moveBranch(site: Site, sha: string, force: boolean): Promise<void> {
  const params = { ref: `heads/${site.branch}`, sha, force }
  await write(site, { route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', params }, ref)
}

async function openPull(site: Site, { title, body }: Publication, sha: string): Promise<Published> {
  const params = { title, body, head: site.branch, base: site.repository.defaultBranch }
  const opened = await write(site, { route: 'POST /repos/{owner}/{repo}/pulls', params }, pull)
  return { kind: 'opened', pull: opened.number, url: opened.html_url, sha }
}

async function refreshPull(
  site: Site,
  { title, body }: Publication,
  open: z.infer<typeof pull>,
  sha: string | undefined,
): Promise<Published> {
  const same = open.title === title && (open.body ?? '') === body
  const params = { pull_number: open.number, title, body }
  if (!same) await write(site, { route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', params }, pull)
  const where = { pull: open.number, url: open.html_url }
  return sha === undefined ? { kind: 'nothing-to-do', ...where } : { kind: 'updated', ...where, sha }
}
