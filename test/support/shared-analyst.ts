import { BackgroundAnalyst } from '../../src/evidence/background-analyst.ts'

/** One for all tests of a process: loading the rules takes longer than most tests, and what it remembers goes by the texts. */
export const sharedAnalyst = new BackgroundAnalyst()
