import { packageNameOf } from '../../facts/module-paths.ts'
import type { Codebase } from '../../codebase.ts'
import { textFile } from '../places.ts'
import { dependencyLine } from './manifest-places.ts'
import type { Match, Rule } from '../rule.ts'

const development =
  /^(nodemon|ts-node(-dev)?|tsx|jest|mocha|chai|eslint.*|prettier|typescript|webpack(-cli)?|@types\/.*|rimraf|husky|lint-staged|supertest|sinon|nyc|c8|vitest|tailwindcss|autoprefixer|tap|faker|@faker-js\/faker|ts-mock-imports)$/

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
  *find(codebase) {
    yield* shadows(codebase)
    const inProduction = importedInProduction(codebase)
    if (codebase.project.manifests.length > 1) {
      for (const { name, manifest, dev } of codebase.project.dependencies) {
        if (
          dev ||
          !/^(nodemon|ts-node-dev|eslint.*|prettier|jest|mocha|chai|husky|lint-staged|supertest|sinon|nyc|c8|vitest|faker|@faker-js\/faker)$/.test(
            name,
          ) ||
          inProduction.has(name) ||
          !servesFrom(manifest, codebase)
        )
          continue
        yield certain({ name, manifest }, `${name} ${isTool}`, codebase)
      }
      return
    }
    const used = new Set(codebase.modules.imports.map((edge) => packageNameOf(edge.specifier.replace(/^node:/, ''))))
    const text = configurationText(codebase)
    for (const dependency of codebase.project.dependencies) {
      if (dependency.dev) continue
      if (/^(@faker-js\/)?faker$/.test(dependency.name) && !inProduction.has(dependency.name)) {
        yield certain(
          dependency,
          `${dependency.name} makes data for tests and belongs among the development dependencies.`,
          codebase,
        )
        continue
      }
      if (used.has(dependency.name)) continue
      if (development.test(dependency.name)) {
        yield certain(dependency, `${dependency.name} ${isTool}`, codebase)
      } else if (
        !text.includes(dependency.name) &&
        !isNamed(dependency.name, codebase) &&
        !isImportedUnread(dependency.name, codebase) &&
        !implied(dependency.name, codebase)
      ) {
        yield { ...placeOf(dependency, codebase), message: `${dependency.name} is never imported.` }
      }
    }
  },
}

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

/** A manifest beside the code of a server. */
function servesFrom(manifest: string, codebase: Codebase): boolean {
  const folder = manifest.slice(0, -'package.json'.length)
  return codebase.web.servers.some(({ file }) => file.path.startsWith(folder))
}

/** Configuration and scripts name packages without importing them. */
function configurationText(codebase: Codebase): string {
  const scripts = codebase.project.manifests.flatMap((manifest) => Object.values(manifest.scripts)).join('\n')
  const configuration = [...codebase.texts]
    .filter(([path]) =>
      /(^|\/)(\.[\w-]+rc(\.\w+)?|[\w.-]+\.config\.\w+|tsconfig[\w.]*\.json|nest-cli\.json|Dockerfile|Gruntfile\.js|gulpfile\.js|Procfile)$/.test(
        path,
      ),
    )
    .map(([, text]) => text)
  return [scripts, ...configuration].join('\n')
}

/** Whether a string in any source has the name in it. */
function isNamed(name: string, codebase: Codebase): boolean {
  return [...codebase.sources.values()].some(
    (file) =>
      file.text.includes(name) &&
      file.literals.some((literal) => typeof literal.value === 'string' && literal.value.includes(name)),
  )
}

/** Whether a text that no rule reads, browser code, a component, a style sheet or a page, imports the package. */
function isImportedUnread(name: string, codebase: Codebase): boolean {
  const starts = [`'${name}`, `"${name}`, `~${name}`]
  return [...codebase.texts].some(
    ([path, text]) =>
      !codebase.sources.has(path) &&
      /\.([cm]?[jt]sx?|vue|svelte|astro|s?css|less|styl|html|pug|ejs|hbs|mdx)$/.test(path) &&
      text.includes(name) &&
      starts.some((start) => text.includes(start)),
  )
}

/** Drivers and engines that a framework loads by name or by convention. */
function implied(name: string, codebase: Codebase): boolean {
  const has = (item: string) => codebase.project.dependencies.some((dependency) => dependency.name === item)
  if (
    /^(reflect-metadata|rxjs|tslib|dotenv|source-map-support|newrelic|class-transformer|class-validator|pino-pretty)$/.test(
      name,
    )
  )
    return true
  if (/^(@prisma\/client|prisma)$/.test(name))
    return [...codebase.texts.keys()].some((path) => path.endsWith('.prisma'))
  if (/^(pg|pg-hstore|mysql2?|sqlite3|tedious|mariadb|better-sqlite3|oracledb)$/.test(name))
    return has('sequelize') || has('typeorm') || has('knex') || has('@mikro-orm/core')
  if (/^(ejs|pug|hbs|jade|nunjucks|handlebars|swig|mustache|twig)$/.test(name))
    return codebase.production.some((file) => file.text.includes(name))
  if (/^(cors|body-parser|multer)$/.test(name)) return has('routing-controllers')
  if (/^(apollo-server-(core|express|fastify)|@apollo\/server|graphql|ts-morph)$/.test(name))
    return has('@nestjs/apollo') || has('@nestjs/graphql')
  if (/^(pg-query-stream|pg-native|pg-cloudflare)$/.test(name)) return has('pg') || has('knex')
  return /^@mikro-orm\/|^@nestjs\/(platform|core)|^@types\/|^eslint|^@fastify\/|^@babel\/|^@angular\/|^core-js$|^postinstall|-cli$|^(zone\.js|react-is|patch-package)$/.test(
    name,
  )
}
