import { expect, test } from 'vitest'
import { analyse } from '../../../src/evidence/analyse.ts'
import { readModules } from '../../../src/evidence/facts/modules.ts'
import { LateFile } from '../../../src/evidence/parse/late-file.ts'
import { parseFile, type ParseOutcome } from '../../../src/evidence/parse/parse-file.ts'
import { readServices } from '../read-services.ts'

const samples: readonly [string, string][] = [
  ['names', "import { A, B as C } from './a'\nimport { type D } from './d'\nexport interface E { a: A }"],
  ['defaults and namespaces', "import a, * as b from './a'\nimport { default as c, 'd e' as f } from './c'"],
  ['types', "import type A from './a'\nimport type {} from './b'\nimport {} from './c'\nexport type B = A | string"],
  ['effects', "import './a'\nimport 'b'"],
  ['what is passed on', "export { A as B, default } from './a'\nexport { c as default, type D } from './c'"],
  [
    'whole files',
    "export * from './a'\nexport * as b from './b'\nexport type * from './c'\nexport type { D } from './d'",
  ],
  ['local names', "import { A } from './a'\ninterface B { a: A }\nexport { A, B }"],
  ['empty exports', "export {}\nexport {} from './a'"],
  ['characters of several bytes', "// ü日😀\nimport { A } from './ü'\nexport type B = '😀' | A\nexport * from './c'"],
  ['nothing', '// only a comment'],
]

function read(path: string, text: string) {
  const outcome = parseFile(path, text)
  if (!('file' in outcome)) throw new Error('it was not parsed')
  return outcome.file
}

function modulesOf(path: string, text: string) {
  const { imports, exportsOf } = readModules({
    sources: new Map([[path, read(path, text)]]),
    files: new Map([[path, text]]),
    paths: [path],
  })
  const table = exportsOf.get(path)
  const named = [...(table?.named ?? [])].map(([name, { node }]) => [name, node.type, node.start])
  const edges = imports.map(({ specifier, line, start, end, typeOnly, lazy }) => {
    return { specifier, line, start, end, typeOnly, lazy }
  })
  return { edges, named, whole: table?.whole?.node.start, stars: table?.stars }
}

test.each(samples)('a file of types says the same of %s before its tree is read', (_, text) => {
  expect(modulesOf('file.ts', text)).toEqual(modulesOf('file.ts', `${text}\nconst runs = 1`))
})

test.each(samples.slice(0, 4))('a test says the same of %s before its tree is read', (_, text) => {
  const imports = text.replace(/^export .*$/m, '')
  const calls = "it('works', () => expect(a()).toBe(1))"
  expect(modulesOf('file.test.ts', `${imports}\n${calls}`)).toEqual(modulesOf('file.ts', `${imports}\n${calls}`))
  expect(read('file.test.ts', `${imports}\n${calls}`).calls).toHaveLength(4)
})

test.each(readServices())('an analysis of $name reads no tree of a file that holds types alone', ({ planted }) => {
  const files = new Map(planted)
    .set('src/money.ts', 'export interface Money { sum: number }\nexport type Query = Money[]')
    .set(
      'src/total.ts',
      "import type { Money, Query } from './money'\n\nexport const total = (all: Query, { sum }: Money) => sum",
    )
  const { coverage } = analyse(files, { parse: parseWithoutTypes })
  expect(coverage.failedRules).toEqual([])
  expect(coverage.analysed).toBeGreaterThan(2)
})

function parseWithoutTypes(path: string, text: string): ParseOutcome {
  const outcome = parseFile(path, text)
  if (path !== 'src/money.ts' || !('file' in outcome) || !outcome.file.outline) return outcome
  const { kind, outline } = outcome.file
  return {
    file: new LateFile({ path, text, kind, outline }, () => {
      throw new Error('its tree was read')
    }),
  }
}
