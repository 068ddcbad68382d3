import { enableCompileCache } from 'node:module'

// JavaScript, alone of all files: without it the first file of TypeScript would load what strips types, which takes longer
// than everything else. What is imported from here on comes out of the cache, stripped.
enableCompileCache()
await import('./cli.ts')
