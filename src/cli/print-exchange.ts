import { readCodeConfig, readEnvironment } from '../config.ts'
import { openStore, type Store } from '../db/open-store.ts'
import type { ExchangeDeps } from '../decisions/exchange/exchange-deps.ts'
import { buildExchange, type Outcome } from './exchange-tools.ts'
import { runExport } from './export.ts'
import { runImport } from './import.ts'

/** Runs `export` and prints what came of it; sets the exit code. */
export function printExport(args: readonly string[]): Promise<boolean> {
  return printExchange((build) => runExport(args, build))
}

/** Runs `import` and prints what came of it; sets the exit code. */
export function printImport(args: readonly string[]): Promise<boolean> {
  return printExchange((build) => runImport(args, build))
}

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
