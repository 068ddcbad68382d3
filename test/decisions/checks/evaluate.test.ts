import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/decisions/checks/evaluate.ts'
import type { CheckOutcome } from '../../../src/decisions/checks/outcome.ts'
import { parseAssertion } from '../../../src/decisions/checks/parse-assertion.ts'
import type { ReadCode } from '../../../src/decisions/checks/read-code.ts'
import { lock, manifest, readFiles } from './read-files.ts'
import { twoCommits } from './two-commits.ts'

describe.each(twoCommits)('$check', ({ check: line, before, after, at }) => {
  test('holds at the first commit', () => {
    expect(check(line, readFiles(before))).toEqual({ outcome: 'holds' })
  })

  test('is broken at the second, and the places say where', () => {
    expect(placesOf(check(line, readFiles(after)))).toEqual(at)
  })

  test('the lines it quotes are the lines that stand there', () => {
    const outcome = check(line, readFiles(after))
    const quoted = outcome.outcome === 'broken' ? outcome.places.filter((place) => place.line !== undefined) : []
    const found = quoted.map((place) => after[place.path]?.split('\n')[(place.line ?? 0) - 1]?.trim())
    expect(quoted.map(({ quote }) => quote)).toEqual(found)
  })
})

const source = 'export const a = 1\n'

describe('what was not read is never said to hold', () => {
  const cases: [string, ReadCode, string][] = [
    ['dependency moment absent', readFiles({ 'src/a.js': source }), 'no package.json'],
    ['dependency moment absent', readFiles({ 'package.json': '{ "name": ' }), 'does not parse'],
    ['dependency moment absent', readFiles({ 'src/a.js': source }, ['package.json']), 'package.json was not read'],
    [
      'dependency fastify at ^5.1',
      readFiles({ 'package.json': manifest({ dependencies: { fastify: '^5' } }) }),
      'no lock file',
    ],
    [
      'dependency fastify at ^5.1',
      readFiles({ 'package.json': manifest({ dependencies: { fastify: '^5' } }), 'package-lock.json': lock({}) }),
      'package-lock.json does not say',
    ],
    [
      'dependency pino present',
      readFiles({
        'package.json': manifest({ workspaces: ['packages/*'] }),
        'packages/a/package.json': manifest({ dependencies: { pino: '^10' } }),
      }),
      'say which must',
    ],
    ['import src/a/** -> src/b/** forbidden', readFiles({ 'src/a/x.js': 'const = ;\n}}}{\n' }), 'was not parsed'],
    ['import src/a/** -> src/b/** forbidden', readFiles({ 'src/a/x.vue': '<script></script>' }), 'not parsed'],
    ['import src/a/** -> src/b/** forbidden', readFiles({ 'src/c/x.js': source }), 'no source file matches'],
    ['import src/a/** -> src/b/** forbidden', readFiles({ 'src/a/x.js': "import '@/b/y.js'\n" }), 'was not found'],
    [
      'import src/a/** -> src/b/** forbidden',
      readFiles({ 'src/a/x.js': 'require(process.argv[2])\n' }),
      'when it runs',
    ],
    ['rule sql-injection clean in src/**', readFiles({ 'lib/a.js': source }), 'no file matches'],
    ['rule no-such-rule clean', readFiles({ 'src/a.js': source }), 'knows no rule'],
    ['rule vulnerable-dependency clean', readFiles({ 'package.json': manifest({}) }), 'registry'],
    ['rule sql-injection clean in src/**', readFiles({ 'src/a.js': source }, ['src/b.js']), 'src/b.js was not read'],
    ['text /zz/ absent in src/**', readFiles({ 'src/a.js': source }, ['src/b.js']), 'src/b.js was not read'],
    ['text /x{40}/ absent in src/**', readFiles({ 'src/a.txt': 'x '.repeat(3_000_000) }), 'too much text'],
    ['file node_modules/** absent', readFiles({ 'src/a.js': source }), 'not all listed'],
    ['text /zz/ present in src/**', readFiles({ 'src/a.js': source }, ['src/b.js']), 'src/b.js was not read'],
    ['text /x/ absent in lib/**', readFiles({ 'src/a.js': source }), 'no file matches'],
    ['engine node >=22', readFiles({ 'package.json': manifest({}) }), 'nothing states'],
    [
      'engine node >=22.12',
      readFiles({ 'package.json': manifest({}), Dockerfile: 'FROM node:22\n' }),
      'may or may not',
    ],
    [
      'file docs/** absent',
      { ...readFiles({ 'src/a.js': source }), paths: undefined } as unknown as ReadCode,
      'not all listed',
    ],
    ['text /x/ absent in lib/**', { ...readFiles({ 'src/a.js': source }), folder: 'src' }, 'only src was read'],
    ['dependency moment absent', { ...readFiles({ 'src/a.js': source }), folder: 'src' }, 'only src was read'],
  ]

  test.each(cases)('%s, %#', (line, code, reason) => {
    expect(check(line, code)).toEqual({ outcome: 'unknown', reason: expect.stringContaining(reason) })
  })
})

describe('installed versions', () => {
  const asked = manifest({ dependencies: { fastify: '^4 || ^5' } })
  const locks: [string, string, string][] = [
    ['package-lock.json', lock({ fastify: '5.2.0' }), lock({ fastify: '4.2.0' })],
    ['yarn.lock', yarn('5.2.0'), yarn('4.2.0')],
    ['yarn.lock', berry('5.2.0'), berry('4.2.0')],
    ['pnpm-lock.yaml', pnpm('5.2.0(@types/node@26.0.0)'), pnpm('4.2.0')],
    ['bun.lock', bun('5.2.0'), bun('4.2.0')],
  ]

  test.each(locks)('are read from %s, %#', (name, fits, differs) => {
    const line = 'dependency fastify at ^5'
    expect(check(line, readFiles({ 'package.json': asked, [name]: fits })).outcome).toBe('holds')
    expect(check(line, readFiles({ 'package.json': asked, [name]: differs })).outcome).toBe('broken')
  })

  test('of a workspace package come from the lock file at the root, its own copy first', () => {
    const files = {
      'package.json': manifest({ workspaces: ['packages/*'] }),
      'packages/a/package.json': asked,
      'package-lock.json': JSON.stringify({
        packages: {
          'node_modules/fastify': { version: '5.0.0' },
          'packages/a/node_modules/fastify': { version: '4.0.0' },
        },
      }),
    }
    expect(placesOf(check('dependency fastify at ^5', readFiles(files)))).toEqual(['packages/a/package.json:5'])
  })

  test('a range that allows nothing else, or nothing at all, needs no lock file', () => {
    const code = readFiles({ 'package.json': manifest({ dependencies: { fastify: '^5.1.0' } }) })
    expect(check('dependency fastify at ^5', code).outcome).toBe('holds')
    expect(check('dependency fastify at ^4', code).outcome).toBe('broken')
  })
})

test('a package under another name is still that package', () => {
  const code = readFiles({
    'package.json': manifest({ dependencies: { dates: 'npm:moment@^2', moment: 'npm:dayjs@^1' } }),
  })
  expect(placesOf(check('dependency moment absent', code))).toEqual(['package.json:5'])
})

test('a package that no manifest names and a file imports is not absent', () => {
  const code = readFiles({ 'package.json': manifest({}), 'src/a.js': "import moment from 'moment'\n" })
  expect(placesOf(check('dependency moment absent', code))).toEqual(['src/a.js:1'])
})

test('packages of test fixtures and examples are not the repository’s own', () => {
  const old = manifest({ dependencies: { moment: '^2' }, engines: { node: '12' } })
  const own = manifest({ engines: { node: '>=22' } })
  const code = readFiles({ 'package.json': own, 'test/fixtures/old/package.json': old, 'examples/x/package.json': old })
  expect(check('dependency moment absent', code).outcome).toBe('holds')
  expect(check('engine node >=22', code).outcome).toBe('holds')
})

test('a pattern that would take a backtracking engine years is decided at once', () => {
  const code = readFiles({ 'src/a.txt': `${'a'.repeat(50_000)}!` })
  expect(check('text /^(a+)+$/ absent in src/**', code).outcome).toBe('holds')
})

function check(line: string, code: ReadCode): CheckOutcome {
  const parsed = parseAssertion(line)
  if (!parsed.ok) throw new Error(parsed.sentence)
  return evaluate(parsed.assertion, code)
}

function placesOf(outcome: CheckOutcome): string[] {
  if (outcome.outcome !== 'broken') return []
  return outcome.places.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`))
}

function yarn(version: string): string {
  return `# yarn lockfile v1\n\n\n"fastify@^4 || ^5":\n  version "${version}"\n  resolved "x"\n`
}

function berry(version: string): string {
  return `__metadata:\n  version: 8\n\n"fastify@npm:^4 || ^5":\n  version: ${version}\n  resolution: "fastify@npm:${version}"\n`
}

function pnpm(version: string): string {
  return `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      fastify:\n        specifier: ^4 || ^5\n        version: ${version}\n\npackages:\n\n  fastify@5.2.0: {}\n`
}

function bun(version: string): string {
  return `{\n  "lockfileVersion": 1,\n  "packages": {\n    "fastify": ["fastify@${version}", "", { "dependencies": {}, }, "sha"],\n  },\n}\n`
}
