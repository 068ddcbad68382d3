import { isObject, parseObject, readManifest } from '../facts/manifest.ts'

const interfaces = /^(vue|react-dom|preact|svelte|@angular\/core|solid-js|@angular\/platform-browser-dynamic)$/
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
export function findBrowserFolders(texts: ReadonlyMap<string, string>): string[] {
  const packages: string[] = []
  const entries: string[] = []
  const sides: string[] = []
  for (const [path, text] of texts) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (folder === '') continue
    if (path.endsWith('/package.json') && needsOnlyInterface(path, text)) packages.push(folder)
    else if (/\/(main|index|app|bootstrap)\.[jt]sx?$/i.test(path) && mounts.test(text)) entries.push(folder)
    const named = /^(.*\/)?(client|front-?end|webapps?|web-?ui)\/(?=.*\.([jt]sx|vue|svelte)$)/i.exec(path)?.[0]
    if (named !== undefined) entries.push(named)
    const side = /^(.*\/)?(client|front-?end)\/(?=.*\.[jt]s$)/i.exec(path)?.[0]
    if (side !== undefined && !entries.includes(side) && touchesPage.test(text)) sides.push(side)
  }
  for (const side of new Set(sides)) if (hasServerBeside(side, texts)) entries.push(side)
  const all = [...texts]
  const served = (folder: string) =>
    all.some(([path, text]) => path.startsWith(folder) && /\.[cm]?[jt]sx?$/.test(path) && serves.test(text))
  return [...packages, ...new Set(entries)].filter((folder) => packages.includes(folder) || !served(folder))
}

function needsOnlyInterface(path: string, text: string): boolean {
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
function hasServerBeside(folder: string, texts: ReadonlyMap<string, string>): boolean {
  const parent = folder.replace(/[^/]+\/$/, '')
  const servers = ['server/', 'backend/', 'api/'].map((name) => parent + name)
  return [...texts.keys()].some((path) => servers.some((start) => path.startsWith(start)))
}
