import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { analyse } from '../../src/evidence/analyse.ts'
import { asCommonJs } from '../../src/evidence/fixes/common-js.ts'
import { exampleFor } from '../../src/evidence/fixes/example-for.ts'
import { parseOnce } from '../../src/evidence/parse/oxc.ts'
import { rules } from '../../src/evidence/rules/all.ts'
import { readCases } from './read-cases.ts'

/** Commands, SQL, routes, images, schemas of GraphQL and Prisma, views, workflows and process files. */
const otherLanguage =
  /^(npx?|yarn|pnpm|bun|git|#|--) ?|^(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|BEGIN|select|insert)\b|^(GET|POST|PUT) \/|^(FROM|ENV|RUN|CMD|COPY|COPY|HEALTHCHECK|EXPOSE) |@@\w+\(|^\w+ (String @|NUMERIC)|^type \w+ \{|^\s*<|^[\w-]+:$|^(environment|services|ports|web|on): ?|^USER |^"[\w@/.-]+": /

/** As statements of a function, a property of an object, a member of a class, or a member with a decorator after imports. */
function parses(code: string): boolean {
  const member = code.replace(/[,;]\s*$/, '')
  const imports = /^(import [^\n]*\n+)*/.exec(code)?.[0] ?? ''
  return [
    `async function* f() {\n${code}\n}`,
    `export default {\n${member}\n}`,
    `${imports}class A {\n${code.slice(imports.length)}\n}`,
    `${imports}class A {\n${code.slice(imports.length)}\n  method() {}\n}`,
    `${code}\nclass A {}`,
    `(${code})`,
    code,
  ].some((text) => parseOnce('example.ts', text).errors.length === 0)
}

const broken = (codes: readonly (string | undefined)[]) =>
  codes.filter((code) => code !== undefined && !otherLanguage.test(code) && !parses(code))

const folder = join(import.meta.dirname, 'cases')
const cases = readdirSync(folder).flatMap((name) => readCases(readFileSync(join(folder, name), 'utf8')))

test('what is shown at a place that a rule finds is code', () => {
  const shown = cases
    .filter(({ kind }) => kind === 'matches')
    .flatMap(({ rule, files }) =>
      analyse(files, { rules: rules.filter(({ id }) => id === rule) }).findings.map((finding) => finding.fix.code),
    )
  expect(shown.length).toBeGreaterThan(500)
  expect(broken([...new Set(shown)])).toEqual([])
})

test.each(['Express', 'NestJS', 'Fastify', 'Koa', 'Hono', 'hapi', 'GraphQL'])(
  'examples in the words of %s are code',
  (name) => {
    const project = { dataClients: [], frameworks: [{ name, package: name.toLowerCase(), range: '*' }] }
    const examples = rules.flatMap(({ fix }) => [...Object.values(fix.code), exampleFor(fix.code, project)])
    expect(broken(examples)).toEqual([])
    expect(broken(examples.map((code) => code && asCommonJs(code)))).toEqual([])
  },
)
