import { type Decision, isSlackUser } from '../decision.ts'
import type { FileNames } from '../madr/file-of-decision.ts'
import type { ExchangeDeps } from './exchange-deps.ts'

/** Asks once for the name of everybody these decisions speak of. */
export async function readNames(
  personName: ExchangeDeps['personName'],
  decisions: readonly Decision[],
): Promise<FileNames['person']> {
  const names = new Map<string, string>()
  for (const { teamId, body, amendments } of decisions)
    for (const id of [...body.deciders, ...body.consulted, ...body.informed, ...amendments.map(({ by }) => by)])
      if (isSlackUser(id) && !names.has(id)) names.set(id, await personName(teamId, id))
  return (id) => names.get(id) ?? id
}
