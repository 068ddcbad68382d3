import type { Codebase } from '../../codebase.ts'
import { packageNameOf } from '../../facts/module-paths.ts'
import { onceFor } from '../../parse/once.ts'

const development =
  /^(nodemon|ts-node(-dev)?|tsx|jest|mocha|chai|eslint.*|prettier|typescript|webpack(-cli)?|@types\/.*|rimraf|husky|lint-staged|supertest|sinon(-chai)?|chai-.*|nyc|c8|vitest|tailwindcss|autoprefixer|tap|ts-mock-imports)$/

/** Whether a package is one that only developers run. */
export function isDevelopmentTool(name: string): boolean {
  return development.test(name)
}

/** Packages whose commands go by other names. */
const commands: Readonly<Record<string, RegExp>> = {
  '@babel/cli': /\bbabel\b/,
  '@babel/node': /\bbabel-node\b/,
  '@nestjs/cli': /\bnest\s/,
  '@swc/cli': /\bswc\s/,
  'npm-check-updates': /\bncu\b/,
  'npm-run-all': /\brun-[sp]\b/,
  'sequelize-cli': /\bsequelize\b/,
}

/** A server, its pages, and a folder around them; many services are many projects. */
const mostManifests = 3

/** Packages for production that no file imports, names in a text or loads by convention; none are told for workspaces. */
export const neverImported = onceFor((codebase: Codebase): ReadonlySet<string> => {
  const { dependencies, manifests, workspaces } = codebase.project
  // Without code nobody knows who imports what.
  if (codebase.withTypes.length === 0) return new Set()
  if (manifests.length > mostManifests || (manifests.length > 1 && workspaces.length > 0)) return new Set()
  const text = configurationText(codebase)
  const idle = dependencies.filter(
    ({ name, dev, manifest }) =>
      !dev &&
      (manifests.length === 1 || servesFrom(manifest, codebase)) &&
      !isDevelopmentTool(name) &&
      !isImported(name, codebase) &&
      !text.includes(name) &&
      !commands[name]?.test(text) &&
      !isNamed(name, codebase) &&
      !isImportedUnread(name, codebase) &&
      !implied(name, codebase) &&
      !askedFor(codebase).has(name),
  )
  return new Set(idle.map(({ name }) => name))
})

/** Whether some file, be it a test, imports a package. */
export function isImported(name: string, codebase: Codebase): boolean {
  return importedIn(codebase).has(name)
}

const importedIn = onceFor(
  ({ modules }: Codebase) =>
    new Set(modules.imports.map((edge) => packageNameOf(edge.specifier.replace(/^node:/, '')))),
)

/** A manifest beside the code of a server. */
export function servesFrom(manifest: string, codebase: Codebase): boolean {
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

/** Whether a string in any source has the name in it, and not as a part of another name or of a path of the project. */
function isNamed(name: string, codebase: Codebase): boolean {
  const whole = new RegExp(`(^|node_modules/|[^\\w@./-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`)
  return [...codebase.sources.values()].some(
    (file) =>
      file.text.includes(name) &&
      file.literals.some((literal) => typeof literal.value === 'string' && whole.test(literal.value)),
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

/** What installed packages ask for beside themselves, as far as a lock file says so. */
const askedFor = onceFor(({ texts }: Codebase): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const [path, text] of texts) {
    if (!/(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$/.test(path)) continue
    for (const [, names = ''] of text.matchAll(
      /^ *"?peerDependencies"?:(?: \{)?\n((?: +['"]?[@\w][\w@./-]*['"]?: .*\n)+)/gm,
    ))
      for (const [, name = ''] of names.matchAll(/^ +['"]?([@\w][\w@./-]*)['"]?:/gm)) found.add(name)
  }
  return found
})

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
  if (name === 'mongodb') return ['typeorm', 'connect-mongo', 'agenda', 'migrate-mongo', '@mikro-orm/mongodb'].some(has)
  if (/^(ejs|pug|hbs|jade|nunjucks|handlebars|swig|mustache|twig)$/.test(name))
    return codebase.withTypes.some((file) => file.text.includes(name))
  if (/^(cors|body-parser|multer)$/.test(name)) return has('routing-controllers')
  if (/^(apollo-server-(core|express|fastify)|@apollo\/server|graphql|ts-morph)$/.test(name))
    return has('@nestjs/apollo') || has('@nestjs/graphql')
  if (name === 'chokidar') return has('nunjucks')
  if (/^(swagger-ui-express|@fastify\/(static|swagger))$|^fastify-swagger$/.test(name)) return has('@nestjs/swagger')
  if (name === 'passport') return has('@nestjs/passport')
  if (name === 'nodemailer') return has('@nestjs-modules/mailer')
  if (/^(bufferutil|utf-8-validate)$/.test(name)) return has('ws') || has('socket.io')
  if (/^(pg-query-stream|pg-native|pg-cloudflare)$/.test(name)) return has('pg') || has('knex')
  return /^@mikro-orm\/|^@nestjs\/(platform|core)|^@types\/|^eslint|^@fastify\/|^@babel\/|^@angular\/|^core-js$|^postinstall|-cli$|^(zone\.js|react-is|patch-package)$/.test(
    name,
  )
}
