import { forgetWorkspace } from '../access/forget-workspace.ts'
import { readCodeConfig, readEnvironment } from '../config.ts'
import { openStore, type Store } from '../db/open-store.ts'
import { listDeadLetters, reviveDeadLetter } from '../turns/measure.ts'

type Print = (line: string) => void

/** Lists the questions that were given up. */
export async function printDeadLetters(print: Print): Promise<boolean> {
  const dead = await withStore((store) => listDeadLetters(store))
  if (dead.length === 0) print('Nothing was given up.')
  for (const { id, teamId, channelId, threadTs, attempts, lastError, createdAt } of dead)
    print(
      `${id}  ${new Date(createdAt).toISOString()}  ${teamId}/${channelId}/${threadTs}  ${attempts} attempts  ${lastError ?? 'the process died each time'}`,
    )
  return true
}

/** Queues a given-up question again; false when there is none of that id. */
export async function retryDeadLetter(id: string, print: Print): Promise<boolean> {
  const revived = await withStore((store) => reviveDeadLetter(store, id, Date.now()))
  print(
    revived
      ? 'Queued again.'
      : `There is no given-up question "${id}". List them with: npm run architect -- dead-letters`,
  )
  return revived
}

/** Erases everything kept of a workspace; false when the id cannot be one. */
export async function forget(teamId: string, print: Print): Promise<boolean> {
  if (!/^[TE][A-Z0-9]+$/.test(teamId)) {
    print('Name the workspace by its id, such as T0123ABCD.')
    return false
  }
  await withStore((store) => forgetWorkspace(store, teamId))
  print(`Everything kept of ${teamId} is erased.`)
  return true
}

async function withStore<Answer>(work: (store: Store) => Promise<Answer>): Promise<Answer> {
  const store = openStore(readCodeConfig(readEnvironment()).store.databaseFile)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
