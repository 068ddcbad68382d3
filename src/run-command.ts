import { ConfigError } from './config.ts'
import { StoreError } from './db/store-error.ts'

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

/** Each loads its own: Slack's libraries and the database's take longer than a review of a small folder. */
const commands: Record<string, Command> = {
  review: async (args) => (await import('./cli/print-review.ts')).printReview(args),
  export: async (args) => (await import('./cli/print-exchange.ts')).printExport(args),
  import: async (args) => (await import('./cli/print-exchange.ts')).printImport(args),
  doctor: async () => (await import('./doctor/doctor.ts')).runDoctor(print),
  'dead-letters': async () => (await import('./cli/kept-data.ts')).printDeadLetters(print),
  retry: async ([id = '']) => (await import('./cli/kept-data.ts')).retryDeadLetter(id, print),
  forget: async ([teamId = '']) => (await import('./cli/kept-data.ts')).forget(teamId, print),
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
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
