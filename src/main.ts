import { enableCompileCache } from 'node:module'

// Before anything else is loaded, so that the second start finds everything compiled.
enableCompileCache()
const { run } = await import('./run.ts')
await run()
