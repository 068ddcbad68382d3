import { quickenImports } from './lib/quick-imports.ts'
import { tuneForOneTask } from './lib/one-task.ts'

tuneForOneTask()
quickenImports()
const { runCommand } = await import('./run-command.ts')
await runCommand(process.argv.slice(2))
