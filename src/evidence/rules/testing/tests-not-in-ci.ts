import { textFile } from '../places.ts'
import type { Rule } from '../rule.ts'

export const testsNotInCi: Rule = {
  id: 'tests-not-in-ci',
  category: 'missing-tests',
  severity: 'low',
  confidence: 'medium',
  title: 'CI runs, but not the tests',
  why: 'A test that runs only when somebody remembers it is broken within weeks, and nobody knows since when.',
  effects: { maintenance: 'Broken changes are merged, and the tests are given up.' },
  fix: {
    say: 'Run the tests on every pull request.',
    code: {
      any: 'on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: actions/setup-node@v6\n        with: { node-version: 26 }\n      - run: npm ci\n      - run: npm test',
    },
  },
  sources: [
    'https://docs.github.com/en/actions',
    'https://github.com/goldbergyoni/nodebestpractices#4-testing-and-overall-quality-practices',
  ],
  limits: 'Scripts, make files, containers and reusable workflows that CI calls are taken to run the tests.',
  *find(codebase) {
    const tests = [...codebase.sources.values()].filter(
      (file) => file.kind === 'test' && /\b(test|it)\(/.test(file.text),
    )
    if (tests.length === 0 || !codebase.project.manifests[0]?.scripts['test']) return
    const files = codebase.project.ciFiles.map((path) => textFile(codebase, path))
    if (files.some((file) => mayTest(file.path, file.text))) return
    const place = files.find((file) => installs.test(file.text))
    if (place)
      yield {
        file: place,
        line: place.text.split('\n').findIndex((row) => installs.test(row)) + 1,
        message: `CI installs the packages but runs none of the ${countText(tests.length)}.`,
      }
  },
}

const installs = /\b(npm (ci|i|install)|yarn( install)?|pnpm (i|install)|bun install)\b/

/** Whether a CI file runs tests, or something that may. */
function mayTest(path: string, text: string): boolean {
  const commands = text
    .split('\n')
    .filter((row) => !/^\s*(#|(- )?name:|(- )?uses:\s*[\w-]+\/[\w-]+(\/[\w-]+)*@)/.test(row))
    .join('\n')
  if (path.endsWith('.travis.yml') && !/^script:/m.test(text)) return true
  return /(?<!la)test|jest|vitest|mocha|\btap\b|\bava\b|playwright|cypress|\bmake\b|\.\/|\.sh\b|turbo|\bnx\b|lerna|bazel|docker|grunt|gulp|just\b|uses:.*\.ya?ml|run[- :]+(ci|verify|check|all|validate)|npx|\bcheck\b/i.test(
    commands,
  )
}

function countText(count: number): string {
  return count === 1 ? 'tests (1 file)' : `tests (${count} files)`
}
