import { isObject, parseObject, readManifest } from '../facts/manifest.ts'
import { folderOf } from '../facts/module-paths.ts'
import { onceFor } from './once.ts'

const interfaceNames = 'vue|react-dom|preact|svelte|@angular/core|solid-js|@angular/platform-browser-dynamic'
const interfaces = new RegExp(`^(${interfaceNames})$`)
const namesInterface = new RegExp(`"(${interfaceNames})"`)
const servers =
  /^(express|fastify|koa|@koa\/.*|@nestjs\/core|@hapi\/hapi|hono|next|nuxt|@remix-run\/.*|@sveltejs\/kit)$/
const mounts =
  /(from\s+|require\()['"](vue|react-dom|react-dom\/client|svelte|@angular\/platform-browser(-dynamic)?)['"]/
const serves =
  /(from\s+|require\()['"](express|fastify|koa|@nestjs\/\w+|@hapi\/hapi|hono|(node:)?(fs|http|net|child_process|cluster))['"]/

/**
 * The folders (with a slash at the end) that hold what browsers run: packages that need an interface library and no
 * server framework, and folders whose entry file mounts such an interface, or that are named for one, and in which
 * nothing serves.
 */
export function findBrowserFolders(texts: ReadonlyMap<string, string>, paths: readonly string[]): string[] {
  const told = toldByPaths(paths)
  const textOf = (path: string) => texts.get(path) ?? ''
  const packages = told.manifests.filter((path) => needsOnlyInterface(path, textOf(path))).map(folderOf)
  const entries = told.entries.filter((path) => mounts.test(textOf(path))).map(folderOf)
  const sides = [...Map.groupBy(told.sides, ({ folder }) => folder)].flatMap(([folder, files]) =>
    files.some(({ path }) => touchesPage.test(textOf(path))) && hasServerBeside(folder, paths) ? [folder] : [],
  )
  const served = (folder: string) => told.code.some((path) => path.startsWith(folder) && serves.test(textOf(path)))
  const named = new Set([...entries, ...told.named, ...sides])
  return [...packages, ...[...named].filter((folder) => packages.includes(folder) || !served(folder))]
}

/** What may be, or lie in, a folder for browsers by its path. */
const toldByPaths = onceFor((paths: readonly string[]) => {
  const within = paths.filter((path) => path.includes('/'))
  return {
    manifests: within.filter((path) => path.endsWith('/package.json')),
    entries: within.filter((path) => /\/(main|index|app|bootstrap)\.[jt]sx?$/i.test(path)),
    named: new Set(
      within.flatMap(
        (path) => /^(.*\/)?(client|front-?end|webapps?|web-?ui)\/(?=.*\.([jt]sx|vue|svelte)$)/i.exec(path)?.[0] ?? [],
      ),
    ),
    sides: within.flatMap((path) => {
      const folder = /^(.*\/)?(client|front-?end)\/(?=.*\.[jt]s$)/i.exec(path)?.[0]
      return folder === undefined ? [] : [{ folder, path }]
    }),
    code: within.filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/(^|\/)(static|public|vendor)\/|\.min\./.test(path)),
  }
})

function needsOnlyInterface(path: string, text: string): boolean {
  if (!namesInterface.test(text)) return false
  const manifest = readManifest(path, text)
  // A library for interfaces lets the application that uses it bring the interface.
  const peers = parseObject(text)?.['peerDependencies']
  const names = Object.keys({
    ...manifest?.dependencies,
    ...manifest?.devDependencies,
    ...(isObject(peers) ? peers : {}),
  })
  return names.some((name) => interfaces.test(name)) && !names.some((name) => servers.test(name))
}

const touchesPage = /\b(document|window)\.\w/

/** `app/client/` beside `app/server/`. */
function hasServerBeside(folder: string, paths: readonly string[]): boolean {
  const parent = folder.replace(/[^/]+\/$/, '')
  const servers = ['server/', 'backend/', 'api/'].map((name) => parent + name)
  return paths.some((path) => servers.some((start) => path.startsWith(start)))
}
