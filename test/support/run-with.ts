import { quickenImports } from '../../src/lib/quick-imports.ts'

quickenImports()
const { run } = await import('../../src/run.ts')
// The same program as src/main.ts; the shorter times of a test come as JSON.
await run(JSON.parse(process.argv[2] ?? '{}'))
