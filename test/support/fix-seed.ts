import { configureGlobal } from 'fast-check'

/** Every run checks the same cases, so that a failure is a change's own; SEED=n looks at others. */
configureGlobal({ seed: Number(process.env.SEED ?? 20_261_122) })
