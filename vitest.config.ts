import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes long and different every time: `npm run soak`.
    exclude: ['test/soak/**'],
    setupFiles: ['test/support/fix-seed.ts', 'test/support/keep-compiled.ts'],
    pool: 'forks',
    // More than two, since many wait: for a server, a process that is killed, a clock.
    maxWorkers: 3,
    // Modules are evaluated once per worker, not once per file: half of the suite's processor time.
    isolate: false,
    // For what never ends: a busy machine makes good tests slow, and no test is about time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
