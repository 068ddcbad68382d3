import * as z from 'zod'
import type { Identity } from './identity.ts'
import { succeed } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import type { CallOptions } from './question.ts'
import type { Requests } from './requests.ts'
import type { RepositoryRef } from './target.ts'

const installation = z.object({ id: z.number(), suspended_at: z.string().nullish() })

type Found = { id: number | undefined; exact: boolean }

/**
 * Finds who may read a repository for the App: its installation there; failing that any other installation, whose
 * token reads public repositories at a far higher rate than nobody; failing that nobody (`id` undefined).
 */
export async function findInstallation(
  requests: Requests,
  app: Identity,
  repository: RepositoryRef,
  { signal }: CallOptions,
): Promise<Outcome<Found>> {
  const exact = await requests.ask(app, {
    route: 'GET /repos/{owner}/{repo}/installation',
    repository,
    schema: installation,
    keep: 'fresh',
    missing: { kind: 'not-found', ...repository },
    signal,
  })
  if (exact.ok) return succeed({ id: exact.value.id, exact: true })
  if (exact.problem.kind !== 'not-found') return exact
  const all = await listInstallations(requests, app, { signal })
  return all.ok ? succeed({ id: all.value[0], exact: false }) : all
}

/** The ids of the App's working installations, at most a hundred. */
export async function listInstallations(
  requests: Requests,
  app: Identity,
  { signal }: CallOptions,
): Promise<Outcome<number[]>> {
  const all = await requests.ask(app, {
    route: 'GET /app/installations',
    params: { per_page: 100 },
    schema: z.array(installation),
    keep: 'fresh',
    missing: { kind: 'unauthorised' },
    signal,
  })
  if (!all.ok) return all
  return succeed(all.value.filter(({ suspended_at }) => !suspended_at).map(({ id }) => id))
}
