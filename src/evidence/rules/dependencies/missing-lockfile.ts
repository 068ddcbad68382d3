import { textFile } from '../places.ts'
import type { Rule, Words } from '../rule.ts'

export const missingLockfile: Rule = {
  id: 'missing-lockfile',
  category: 'missing-lockfile',
  severity: 'medium',
  confidence: 'high',
  title: 'There is no lock file',
  why: 'Every install may bring other versions than the ones that were tested, bad ones included.',
  effects: {
    maintenance: 'Builds cannot be repeated.',
    safety: 'A compromised release is installed the day it appears.',
  },
  fix: {
    say: 'Commit the lock file and install from it.',
    code: { any: 'npm install\ngit add package-lock.json\nnpm ci   # in CI and in the image' },
  },
  sources: ['https://docs.npmjs.com/cli/configuring-npm/package-lock-json'],
  *find(codebase) {
    yield* twoLockfiles(codebase)
    const root = codebase.project.manifests[0]
    if (codebase.project.lockfile !== undefined || !root || Object.keys(root.dependencies).length === 0) return
    yield {
      file: textFile(codebase, root.path),
      line: 1,
      message: 'No lock file of npm, Yarn, pnpm or Bun is committed.',
    }
  },
}

const two: Words = {
  title: 'There are two lock files',
  why: 'Two package managers install two sets of versions, and only one of them was tested.',
  fix: {
    say: 'Keep the lock file of the package manager that the image and CI use, and name it.',
    code: { any: 'git rm package-lock.json   # or this one\nnpm pkg set packageManager="pnpm@10.0.0"' },
  },
}

/** Two package managers install two sets of versions. */
function* twoLockfiles(codebase: Parameters<Rule['find']>[0]): ReturnType<Rule['find']> {
  for (const path of codebase.texts.keys()) {
    if (!/(^|\/)(yarn\.lock|pnpm-lock\.yaml)$/.test(path) || /(^|\/)node_modules\//.test(path)) continue
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (codebase.texts.has(`${folder}package-lock.json`))
      yield {
        file: textFile(codebase, path),
        line: 1,
        severity: 'low',
        words: two,
        message: 'There is a `package-lock.json` beside this: which versions are installed depends on who installs.',
      }
  }
}
