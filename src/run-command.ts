import { forgetWorkspace } from './access/forget-workspace.ts'
import { buildExchange, type Outcome } from './cli/exchange-tools.ts'
import { runExport } from './cli/export.ts'
import { runImport } from './cli/import.ts'
import { clearProgress } from './cli/progress-line.ts'
import { buildReviewTools } from './cli/review-tools.ts'
import { review } from './cli/review.ts'
import { ConfigError, readCodeConfig, readEnvironment } from './config.ts'
import { openStore, type Store } from './db/open-store.ts'
import { StoreError } from './db/store-error.ts'
import type { ExchangeDeps } from './decisions/exchange/exchange-deps.ts'
import { runDoctor } from './doctor/doctor.ts'
import { listDeadLetters, reviveDeadLetter } from './turns/measure.ts'

const usage = `Usage: npm run architect -- <command>

  review <target>    read a folder or a GitHub address and report what is found
                     (review --help tells the options and exit codes)
  export <owner/repo>
                     write the decisions to a repository as one pull request,
                     or with --to <folder> as files (export --help)
  import <owner/repo> --channel <C…>
                     take over the decision files of a repository (import --help)
  doctor             check everything the bot needs, and explain what is missing
  dead-letters       list the questions that were given up, with the reason
  retry <id>         put one of them back into the queue
  forget <team id>   erase everything kept of a workspace`

type Command = (args: readonly string[]) => Promise<boolean>

const commands: Record<string, Command> = {
  review: printReview,
  export: (args) => printExchange((build) => runExport(args, build)),
  import: (args) => printExchange((build) => runImport(args, build)),
  doctor: () => runDoctor(print),
  'dead-letters': () => withStore(printDeadLetters),
  retry: ([id = '']) => withStore((store) => retryDeadLetter(store, id)),
  forget: ([teamId = '']) => withStore((store) => forget(store, teamId)),
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function printReview(args: readonly string[]): Promise<boolean> {
  const build = () => buildReviewTools(readCodeConfig(readEnvironment()))
  const { output, exitCode, isRefused } = await review(args, build, stopOnInterrupt())
  clearProgress(process.stderr)
  const stream = isRefused ? process.stderr : process.stdout
  stream.write(output)
  process.exitCode = exitCode
  return exitCode === 0
}

/** Ctrl-C ends a review with what it has; pressed again a moment later, it ends the program. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  const onInterrupt = () => {
    stop.abort()
    // npm passes on what the terminal has sent us already: the same key twice.
    setTimeout(() => process.off('SIGINT', onInterrupt), sameKeyMs).unref()
  }
  process.on('SIGINT', onInterrupt)
  return stop.signal
}

const sameKeyMs = 500

/** The database is opened only when the arguments can be used. */
async function printExchange(work: (build: () => ExchangeDeps) => Promise<Outcome>): Promise<boolean> {
  let store: Store | undefined
  try {
    const { output, exitCode } = await work(() => {
      const config = readCodeConfig(readEnvironment())
      store = openStore(config.store.databaseFile)
      return buildExchange(config, store)
    })
    const stream = exitCode === 2 ? process.stderr : process.stdout
    stream.write(output)
    process.exitCode = exitCode
    return exitCode === 0
  } finally {
    await store?.close()
  }
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
  process.stdout.on('error', throwUnlessClosed)
  try {
    if (!command) print(usage)
    if (!command || !(await command(args))) process.exitCode ||= 1
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StoreError)) throw error
    print(error.message)
    process.exitCode = 1
  }
}

/** A reader such as `head` may have had enough before the end. */
function throwUnlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
