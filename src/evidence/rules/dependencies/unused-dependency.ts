import { packageNameOf } from '../../facts/module-paths.ts'
import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import { dependencyLine, oncePerMessage } from './manifest-places.ts'
import { isDevelopmentTool, isImported, neverImported, servesFrom } from './never-imported.ts'
import type { Match, Rule } from '../rule.ts'

const isTool = 'is a development tool among the production dependencies.'

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
  find: (codebase) => oncePerMessage([...shadows(codebase), ...idle(codebase)]),
}

function* idle(codebase: Codebase): Iterable<Match> {
  const inProduction = importedInProduction(codebase)
  const unused = neverImported(codebase)
  const hasOne = codebase.project.manifests.length === 1
  for (const dependency of codebase.project.dependencies) {
    const { name, manifest, dev } = dependency
    if (dev || !(hasOne || servesFrom(manifest, codebase))) continue
    if (/^(@faker-js\/)?faker$/.test(name) && hasOne && !inProduction.has(name))
      yield certain(
        dependency,
        `${name} makes data for tests and belongs among the development dependencies.`,
        codebase,
      )
    else if (
      hasOne ? isDevelopmentTool(name) && !isImported(name, codebase) : onlyTool.test(name) && !inProduction.has(name)
    )
      yield certain(dependency, `${name} ${isTool}`, codebase)
    else if (unused.has(name)) yield { ...placeOf(dependency, codebase), message: `${name} is never imported.` }
  }
}

/** What no server has a use for, whichever part of the repository imports it. */
const onlyTool =
  /^(nodemon|ts-node-dev|eslint.*|prettier|jest|mocha|chai|husky|lint-staged|supertest|sinon|nyc|c8|vitest|faker|@faker-js\/faker)$/

function importedInProduction(codebase: Codebase): Set<string> {
  const edges = codebase.modules.imports.filter(({ from }) => codebase.sources.get(from)?.kind === 'production')
  return new Set(edges.map(({ specifier }) => packageNameOf(specifier)))
}

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
  return { file: textFile(codebase, manifest), line: dependencyLine(codebase, manifest, name, false), subject: name }
}
