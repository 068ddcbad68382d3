import { quickenImports } from './lib/quick-imports.ts'

// The scripts of package.json fit Node to one short task: a large young generation, no early search for garbage, none of
// the compiler that pays only in longer runs (it took a fifth of a review), little of the one before it (a tenth), and
// patterns compiled when first used. Set in a running process, the last has crashed it.
quickenImports()
const { runCommand } = await import('./run-command.ts')
await runCommand(process.argv.slice(2))
