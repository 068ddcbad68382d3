import { packageNameOf } from '../../facts/module-paths.ts'
import type { Codebase } from '../../codebase.ts'
import { onceFor } from '../../parse/once.ts'
import { lookUp } from '../../parse/scopes.ts'
import { textFile } from '../places.ts'
import { dependencyLine, oncePerMessage } from './manifest-places.ts'
import { isDevelopmentTool, isImported, neverImported, servesFrom } from './never-imported.ts'
import type { Match, Rule } from '../rule.ts'
import { isVulnerable } from './vulnerable-dependency.ts'

export const unusedDependency: Rule = {
  id: 'unused-dependency',
  category: 'unused-dependency',
  severity: 'low',
  confidence: 'medium',
  title: 'A dependency is not used in production',
  why: 'It is installed, updated and attacked all the same.',
  effects: { maintenance: 'More to update.', safety: 'More that can be compromised.' },
  fix: {
    say: 'Remove it, or move what only development needs.',
    code: { any: 'npm uninstall winston\nnpm install --save-dev nodemon' },
  },
  sources: ['https://knip.dev/'],
  find: (codebase) => [...oncePerMessage([...shadows(codebase), ...idle(codebase)]), ...tools(codebase)],
}

function* idle(codebase: Codebase): Iterable<Match> {
  const unused = neverImported(codebase)
  const hasOne = codebase.project.manifests.length === 1
  for (const dependency of codebase.project.dependencies) {
    const { name, manifest, dev } = dependency
    if (!dev && unused.has(name) && !isForgotten(name, codebase) && (hasOne || servesFrom(manifest, codebase)))
      yield {
        ...placeOf(dependency, codebase),
        message: `${name} is never imported${isVulnerable(codebase, dependency) ? ', and this version has published vulnerabilities' : ''}.`,
      }
  }
}

/** `cookie.parse(text)` with no `require('cookie')`: the import is what is missing. */
function isForgotten(name: string, { production }: Codebase): boolean {
  if (!/^\w+$/.test(name)) return false
  return production.some(({ members, scopes }) =>
    members.some(({ object }) => object.type === 'Identifier' && object.name === name && !lookUp(scopes, object, name)),
  )
}

/** One finding for the tools of a manifest, and one for its packages of types: one command moves them. */
function* tools(codebase: Codebase): Iterable<Match> {
  const found = codebase.project.dependencies.filter((dependency) => isTool(dependency, codebase))
  const kindOf = ({ name, manifest }: Declared) => `${isTypes(name) ? 'types' : 'tools'} of ${manifest}`
  for (const [cause, [first, ...others]] of Map.groupBy(found, kindOf)) {
    if (!first) continue
    const names = [first, ...others].map(({ name }) => name)
    yield {
      ...certain(
        first,
        `Only development needs ${names.join(', ')}: the server is installed with it all the same.`,
        codebase,
      ),
      cause,
      subject: names.join(' '),
      also: others.map((other) => ({ path: other.manifest, line: lineOf(other, codebase) })),
      // They take some of the disk, and nothing loads them.
      severity: 'info',
    }
  }
}

function isTool({ name, manifest, dev }: Declared & { dev: boolean }, codebase: Codebase): boolean {
  if (dev || isRunAtStart(name, codebase) || (buildsWithoutDevelopment(codebase) && isRunInBuild(name, codebase)))
    return false
  const isLoaded = () => importedInProduction(codebase).has(name)
  if (codebase.project.manifests.length === 1)
    return isDevelopmentTool(name)
      ? !isImported(name, codebase) || (onlyTool.test(name) && !isLoaded())
      : fakeData.test(name) && isImported(name, codebase) && !isLoaded()
  return onlyTool.test(name) && servesFrom(manifest, codebase) && !isLoaded()
}

/** An image that leaves out what only development needs, and is built in after that. */
const buildsWithoutDevelopment = onceFor(({ texts }: Codebase) =>
  [...texts].some(
    ([path, text]) =>
      /Dockerfile/.test(path) &&
      /(--omit[= ]dev|--prod(uction)?\b|--only[= ]prod)(?:(?!^FROM)[\s\S])*?\brun build/m.test(text),
  ),
)

/** `"start": "tsx src/main.ts"`: the server itself runs with it. */
function isRunAtStart(name: string, { project, texts }: Codebase): boolean {
  if (!/^(tsx|ts-node)$/.test(name)) return false
  const runs = new RegExp(String.raw`\b${name}\b`)
  return (
    project.manifests.some(({ scripts }) =>
      ['start', 'start:prod', 'serve'].some((script) => runs.test(scripts[script] ?? '')),
    ) ||
    project.dockerfiles.some((path) =>
      /^\s*(CMD|ENTRYPOINT)\b.*$/m.exec(texts.get(path) ?? '')?.some((row) => runs.test(row)),
    )
  )
}

function isRunInBuild(name: string, { project }: Codebase): boolean {
  return project.manifests.some(({ scripts }) =>
    ['prebuild', 'build', 'postbuild'].some((script) => scripts[script]?.includes(name)),
  )
}

function isTypes(name: string): boolean {
  return name.startsWith('@types/')
}

/** What makes data for tests. */
const fakeData = /^(@faker-js\/)?faker$/

/** What no server has a use for, whichever part of the repository imports it. */
const onlyTool =
  /^(nodemon|ts-node-dev|eslint.*|prettier|jest|mocha|chai|husky|lint-staged|supertest|sinon(-chai)?|nyc|c8|vitest|faker|@faker-js\/faker)$/

const importedInProduction = onceFor((codebase: Codebase): ReadonlySet<string> => {
  const edges = codebase.modules.imports.filter(({ from }) => codebase.sources.get(from)?.kind === 'production')
  return new Set(edges.map(({ specifier }) => packageNameOf(specifier)))
})

/** Packages with the names of modules of Node.js: placeholders, or old copies that nothing loads. */
function* shadows(codebase: Codebase): Iterable<Match> {
  for (const { name, manifest, dev } of codebase.project.dependencies) {
    if (
      dev ||
      !/^(http|https|fs|path|crypto|os|child_process|cluster|dns|net|tls|zlib)$/.test(name) ||
      !servesFrom(manifest, codebase)
    )
      continue
    yield certain({ name, manifest }, `${name} comes with Node.js: the package of that name is never loaded.`, codebase)
  }
}

type Declared = { name: string; manifest: string }

function certain(dependency: Declared, message: string, codebase: Codebase): Match {
  return { ...placeOf(dependency, codebase), confidence: 'high', message }
}

function placeOf({ name, manifest }: Declared, codebase: Codebase): Omit<Match, 'message'> {
  return { file: textFile(codebase, manifest), line: lineOf({ name, manifest }, codebase), subject: name }
}

function lineOf({ name, manifest }: Declared, codebase: Codebase): number {
  return dependencyLine(codebase, manifest, name, false)
}
