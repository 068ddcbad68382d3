import { setFlagsFromString } from 'node:v8'
import { quickenImports } from './lib/quick-imports.ts'

// A command is over before the last of the engine's compilers has paid for itself: it takes a fifth of a review.
setFlagsFromString('--no-turbofan')
quickenImports()
const { runCommand } = await import('./run-command.ts')
await runCommand(process.argv.slice(2))
