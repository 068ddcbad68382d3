import { setFlagsFromString } from 'node:v8'
import { createApp, type Overrides } from './app.ts'
import { type Config, ConfigError, readConfig, readEnvironment } from './config.ts'
import { StoreError } from './db/store-error.ts'
import { ListenError } from './http/server.ts'
import { createLog } from './log.ts'
import { SlackAccessError } from './slack/installations.ts'

/** Ends the process by itself when stopping takes longer than this. */
const lastResortMs = 30_000

/** Runs the bot until it is told to stop; exit code 1 when it cannot start. */
export async function run(overrides: Overrides = {}): Promise<void> {
  const config = readOrExplain()
  if (!config) return
  const log = createLog(config.log.level)
  const stopped = Promise.withResolvers<void>()
  process.once('SIGTERM', () => stopped.resolve())
  process.once('SIGINT', () => stopped.resolve())
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
  try {
    await using app = createApp(config, { ...overrides, log })
    await Promise.race([app.start(), stopped.promise])
    // V8 would let the heap grow to four times what is in use before it collects the old part: 420 MB for what needs 280.
    // While starting all of it is in use, and collecting costs a tenth of the time.
    setFlagsFromString('--heap-growing-percent=40')
    await stopped.promise
    setTimeout(() => process.exit(1), lastResortMs).unref()
    log.info('stopping')
  } catch (error) {
    process.exitCode = 1
    if (isExplained(error)) process.stderr.write(`Architect cannot run: ${error.message}\n`)
    else log.fatal({ err: error }, 'could not run')
  }
}

/** Whether an error is about the machine or its settings, with a sentence that says what to do. */
function isExplained(error: unknown): error is Error {
  return error instanceof SlackAccessError || error instanceof StoreError || error instanceof ListenError
}

function readOrExplain(): Config | undefined {
  try {
    return readConfig(readEnvironment())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(
      `${error.message}\n\nREADME.md, "Install in Slack", says where each comes from; they may stand in a .env file.\nTo look around without any of this: npm run try\n`,
    )
    process.exitCode = 1
    return undefined
  }
}
