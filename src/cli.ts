import { quickenImports } from './lib/quick-imports.ts'

quickenImports()
const { runCommand } = await import('./run-command.ts')
await runCommand(process.argv.slice(2))
