import { builtinModules } from 'node:module'
import { append } from '../../../lib/append.ts'
import { joinPath, folderOf, packageNameOf } from '../../facts/module-paths.ts'
import { nodeOfImport } from '../../facts/imports.ts'
import { importsOnlyTypes } from '../../facts/type-imports.ts'
import type { Node } from '../../parse/ast.ts'
import { onceFor } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Codebase } from '../../codebase.ts'
import { inOne } from '../matches.ts'
import type { Match, Rule, Words } from '../rule.ts'
import { startedByTools } from './started-by-tools.ts'

export const missingDependency: Rule = {
  id: 'missing-dependency',
  category: 'missing-dependency',
  severity: 'high',
  confidence: 'high',
  title: 'An import finds nothing on the server',
  why: 'The process stops when it gets there: the package is not declared, or the file has another case or is missing.',
  effects: { safety: 'The service does not start, or fails at the first use.' },
  fix: {
    say: 'Declare the package, or write the path as the file is named.',
    code: { any: "const verifySignUp = require('./verifySignup')" },
  },
  sources: ['https://nodejs.org/api/modules.html#all-together'],
  *find(codebase) {
    const declared = new Set(codebase.project.dependencies.map((dependency) => dependency.name))
    const lower = inLowerCase(codebase.paths)
    const folders = foldersOf(codebase)
    const misnamed = new Map<string, Match[]>()
    const undeclared = new Map<string, { file: SourceFile; node?: Node; line: number }[]>()
    for (const edge of codebase.modules.imports) {
      const file = codebase.sources.get(edge.from)
      if (edge.to !== undefined || edge.typeOnly || file?.kind !== 'production') continue
      if (edge.specifier.startsWith('.')) {
        const asked = joinPath(folderOf(edge.from), edge.specifier)
        const found = otherCase(asked, lower)
        const message = `\`${edge.specifier}\` is named \`${found}\` on disk: Linux does not find it.`
        if (found)
          append(misnamed, wrongName(asked, found), { file, ...nodeOfImport(edge, file), line: edge.line, message })
        continue
      }
      const name = packageNameOf(edge.specifier)
      if (declared.has(name) || !isForeign(name, folders, codebase) || isBundlerAlias(name, codebase)) continue
      if (isFromTop(edge.specifier, codebase) || isForTests(file, codebase)) continue
      if (
        codebase.project.manifests.length !== 1 ||
        importsOnlyTypes(edge, file) ||
        (declared.has(`@types/${name}`) && !isRun(edge.start, file))
      )
        continue
      const place = { file, ...nodeOfImport(edge, file), line: edge.line }
      if (!place.node || !isGuarded(place.node)) undeclared.set(name, [...(undeclared.get(name) ?? []), place])
    }
    for (const places of misnamed.values()) yield* inOne(places)
    yield* onlyInDevelopment(codebase)
    yield* startedByTools(codebase)
    // So many are no oversight: the manifest belongs to another part of the repository.
    if (undeclared.size > 15) return
    for (const [name, places] of undeclared) {
      const first = places[0]
      if (!first || isUnknownScope(name, [...undeclared.keys()])) continue
      const also = places.slice(1).map((place) => ({ path: place.file.path, line: place.line }))
      const isBrought = isBroughtAlong(name, codebase)
      yield {
        ...first,
        also,
        severity: isBrought ? 'low' : 'medium',
        confidence: 'medium',
        words: isBrought ? brought : notDeclared,
        message: `\`${name}\` is imported but not declared in package.json${isBrought ? ': it is there because another package brings it along' : ''}.`,
      }
    }
  },
}

/** Only tests import it. */
function isForTests({ path }: SourceFile, { modules, sources }: Codebase): boolean {
  const importers = modules.importersOf.get(path) ?? []
  return importers.length > 0 && importers.every(({ from }) => sources.get(from)?.kind === 'test')
}

const notDeclared: Words = {
  title: 'A package is imported that package.json does not declare',
  why: 'An install brings it only as long as another package happens to need it.',
  fix: { say: 'Declare it.', code: {} },
}

const brought: Words = {
  ...notDeclared,
  why: 'The update of the package that brings it may bring another version of it, or none.',
  effects: { maintenance: 'An update of something else stops the service.' },
}

const leftOut: Words = {
  title: 'A package for development is imported in production',
  why: 'An install without development packages leaves it out, and the process stops when it gets there.',
  fix: { say: 'Move it to `dependencies`.', code: {} },
}

/** `utils/env` where the project has `utils/env.ts`: what builds it looks there. */
function isFromTop(specifier: string, { sources }: Codebase): boolean {
  if (!/^[\w-]+\//.test(specifier)) return false
  const stems = [specifier, `src/${specifier}`].map((path) => path.replace(/\.[cm]?js$/, ''))
  return stems.some((stem) =>
    ['.ts', '.js', '.tsx', '.mjs', '/index.ts', '/index.js'].some((end) => sources.has(stem + end)),
  )
}

/** Whether a lock file puts it where code finds it; pnpm and Yarn's Plug'n'Play keep apart what is not declared. */
function isBroughtAlong(name: string, { project, texts }: Codebase): boolean {
  const path = project.lockfile ?? ''
  const text = texts.get(path) ?? ''
  if (path.endsWith('package-lock.json')) {
    const at = text.indexOf(`"node_modules/${name}": {`)
    return at >= 0 && !/^\s*"dev": true/m.test(text.slice(at, text.indexOf('\n    }', at)))
  }
  if (!path.endsWith('yarn.lock')) return false
  const isFlat =
    text.includes('# yarn lockfile v1') || /nodeLinker:\s*node-modules/.test(texts.get('.yarnrc.yml') ?? '')
  return isFlat && (text.includes(`\n${name}@`) || text.includes(`\n"${name}@`))
}

/** Whether anything an import brings is called or asked for a member, so that it is more than a type. */
function isRun(start: number, file: SourceFile): boolean {
  const names = file.imports.find((item) => item.start === start)?.specifiers.map(({ local }) => local.name)
  return names === undefined || names.some((name) => new RegExp(String.raw`\b${name}\s*[.(]`).test(file.text))
}

/** Imported at run time, but left out by `npm ci --omit=dev`. Bundlers put such packages into what they build. */
function* onlyInDevelopment(codebase: Codebase): Iterable<Match> {
  const { dependencies, manifests } = codebase.project
  if (manifests.length !== 1 || dependencies.some(({ name }) => bundlers.test(name))) return
  const names = (dev: boolean) => new Set(dependencies.filter((item) => item.dev === dev).map(({ name }) => name))
  const [later, needed] = [names(true), names(false)]
  const found = new Map<string, { file: SourceFile; node?: Node; line: number }[]>()
  for (const edge of codebase.modules.imports) {
    const file = codebase.sources.get(edge.from)
    if (edge.to !== undefined || edge.typeOnly || edge.lazy || file?.kind !== 'production') continue
    const name = packageNameOf(edge.specifier)
    if (isFromTop(edge.specifier, codebase) || isForTests(file, codebase)) continue
    if (!later.has(name) || needed.has(name) || /^@?types?\/|eslint|prettier|babel|jest|test|mock|storybook/.test(name))
      continue
    if (
      importsOnlyTypes(edge, file) ||
      isRunByHand(edge.from, codebase) ||
      /\.conf(ig)?\.|(^|\/)(\.[^/]+|e2e|test|dev|docs?|scripts?|tools?|cli|build|seeds?|migrations?)\b/i.test(file.path)
    )
      continue
    const place = { file, ...nodeOfImport(edge, file), line: edge.line }
    if (!place.node || !isGuarded(place.node)) found.set(name, [...(found.get(name) ?? []), place])
  }
  if (found.size > 6) return
  for (const [name, [first, ...rest]] of found) {
    if (!first) continue
    const also = rest.map((place) => ({ path: place.file.path, line: place.line }))
    const message = `\`${name}\` is imported here but is a development dependency: an install for production leaves it out.`
    yield { ...first, also, severity: 'medium', words: leftOut, message }
  }
}

/** A file that nobody imports and that a script of its own runs, such as `node make-docs.js`. */
function isRunByHand(path: string, { modules, project, web }: Codebase): boolean {
  if (modules.importersOf.has(path) || web.servers.some(({ file }) => file.path === path)) return false
  const stem = path.replace(/\.[cm]?[jt]s$/, '')
  const scripts = project.manifests.flatMap((manifest) => Object.entries(manifest.scripts))
  const running = scripts.filter(([, command]) =>
    command.split(/[\s"';&]+/).some((word) => word.replace(/^\.\//, '').replace(/\.[cm]?[jt]s$/, '') === stem),
  )
  return running.length > 0 && running.every(([script]) => !/^(start|serve|server|prod|dev|watch|debug)/.test(script))
}

const bundlers =
  /^(webpack|esbuild|rollup|vite|tsup|parcel|@vercel\/ncc|tsdown|unbuild|next|nuxt|@sveltejs\/kit|electron|serverless-esbuild|serverless-bundle|@nx\/\w+|@nrwl\/\w+|turbo|pkg|@angular-builders\/.*|@remix-run\/dev|astro|backpack-core|razzle|fusebox|@swc\/pack)$/

/** Several packages of one scope that nobody declares are an alias of the build, not packages. */
function isUnknownScope(name: string, names: readonly string[]): boolean {
  const scope = /^@[^/]+\//.exec(name)?.[0]
  return scope !== undefined && names.filter((other) => other.startsWith(scope)).length >= 3
}

const inLowerCase = onceFor((paths: readonly string[]) => new Map(paths.map((path) => [path.toLowerCase(), path])))

function otherCase(asked: string, lower: ReadonlyMap<string, string>): string | undefined {
  const stem = asked.toLowerCase()
  for (const end of ['', '.js', '.ts', '.json', '/index.js', '/index.ts']) {
    const found = lower.get(stem + end)
    if (found) return found
  }
  return undefined
}

/** The path that is asked for, down to the first folder or file that is named otherwise on disk. */
function wrongName(asked: string, found: string): string {
  const onDisk = found.split('/')
  const parts = asked.split('/')
  return parts.slice(0, parts.findIndex((part, index) => part !== onDisk[index]) + 1).join('/')
}

/** The folders at the top and those in `src`, which a build may let imports start with. */
function foldersOf(codebase: Codebase): Set<string> {
  const folders = new Set<string>()
  for (const path of codebase.sources.keys()) {
    const [top, below, deeper] = path.split('/', 3)
    if (top !== undefined && below !== undefined) folders.add(top)
    if (top === 'src' && below !== undefined && deeper !== undefined) folders.add(below)
  }
  return folders
}

function isForeign(name: string, folders: ReadonlySet<string>, codebase: Codebase): boolean {
  if (/^(node:|#|~|@\/|\/|https?:|bun:|virtual:)/.test(name) || builtinModules.includes(name)) return false
  if (name === '@' || name.startsWith('src') || !/^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(name))
    return false
  const folder = /^@([^/]+)\//.exec(name)?.[1]
  if (folder !== undefined && folders.has(folder)) return false
  return !codebase.modules.paths.aliases.some(({ pattern }) => pattern.startsWith(name) || standsBefore(pattern, name))
}

/** `@gateways/*`, whatever stands for the star. */
function standsBefore(pattern: string, name: string): boolean {
  const head = pattern.slice(0, Math.max(0, pattern.indexOf('*')))
  return head !== '' && name.startsWith(head)
}

/** In a `try` an import may fail on purpose. */
function isGuarded(node: Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'TryStatement') return true
  return false
}

/** `alias: { name: … }` in the configuration of a bundler. */
function isBundlerAlias(name: string, codebase: Codebase): boolean {
  return bundlerTexts(codebase.texts).some((text) =>
    new RegExp(`['"]?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"]?\\s*:`).test(text),
  )
}

const bundlerTexts = onceFor((texts: Codebase['texts']) =>
  [...texts].flatMap(([path, text]) =>
    /(^|\/)[^/]*(webpack|vite|rollup|babel)[^/]*(\/[^/]*)?\.[cm]?[jt]s$/.test(path) && text.includes('alias')
      ? [text]
      : [],
  ),
)
