import { enableCompileCache } from 'node:module'

// JavaScript, as src/cli.js and for its reason.
enableCompileCache()
await import('./main.ts')
