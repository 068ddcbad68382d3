import { forgetWorkspace } from './access/forget-workspace.ts'
import { buildReviewTools } from './cli/review-tools.ts'
import { review } from './cli/review.ts'
import { ConfigError, readCodeConfig, readEnvironment } from './config.ts'
import { openStore, type Store } from './db/open-store.ts'
import { StoreError } from './db/store-error.ts'
import { runDoctor } from './doctor/doctor.ts'
import { listDeadLetters, reviveDeadLetter } from './turns/measure.ts'

const usage = `Usage: npm run architect -- <command>

  review <target>    read a folder or a GitHub address and report what is found
                     (review --help tells the options and exit codes)
  doctor             check everything the bot needs, and explain what is missing
  dead-letters       list the questions that were given up, with the reason
  retry <id>         put one of them back into the queue
  forget <team id>   erase everything kept of a workspace`

type Command = (args: readonly string[]) => Promise<boolean>

const commands: Record<string, Command> = {
  review: printReview,
  doctor: () => runDoctor(print),
  'dead-letters': () => withStore(printDeadLetters),
  retry: ([id = '']) => withStore((store) => retryDeadLetter(store, id)),
  forget: ([teamId = '']) => withStore((store) => forget(store, teamId)),
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function printReview(args: readonly string[]): Promise<boolean> {
  const { output, exitCode } = await review(args, () => buildReviewTools(readCodeConfig(readEnvironment())))
  const stream = exitCode === 2 ? process.stderr : process.stdout
  stream.write(output)
  process.exitCode = exitCode
  return exitCode === 0
}

async function printDeadLetters(store: Store): Promise<boolean> {
  const dead = await listDeadLetters(store)
  if (dead.length === 0) print('Nothing was given up.')
  for (const { id, teamId, channelId, threadTs, attempts, lastError, createdAt } of dead)
    print(
      `${id}  ${new Date(createdAt).toISOString()}  ${teamId}/${channelId}/${threadTs}  ${attempts} attempts  ${lastError ?? 'the process died each time'}`,
    )
  return true
}

async function retryDeadLetter(store: Store, id: string): Promise<boolean> {
  const revived = await reviveDeadLetter(store, id, Date.now())
  print(
    revived
      ? 'Queued again.'
      : `There is no given-up question "${id}". List them with: npm run architect -- dead-letters`,
  )
  return revived
}

async function forget(store: Store, teamId: string): Promise<boolean> {
  if (!/^[TE][A-Z0-9]+$/.test(teamId)) {
    print('Name the workspace by its id, such as T0123ABCD.')
    return false
  }
  await forgetWorkspace(store, teamId)
  print(`Everything kept of ${teamId} is erased.`)
  return true
}

async function withStore(work: (store: Store) => Promise<boolean>): Promise<boolean> {
  const store = openStore(readCodeConfig(readEnvironment()).store.databaseFile)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** Runs one command of the `architect` program; exit code 1 when it found trouble or could not do it. */
export async function runCommand([name = '', ...args]: readonly string[]): Promise<void> {
  const command = commands[name]
  try {
    if (!command) print(usage)
    if (!command || !(await command(args))) process.exitCode ||= 1
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreError)) throw error
    print(error.message)
    process.exitCode = 1
  }
}
