import type { Codebase } from '../../../codebase.ts'
import type { FoundCall } from '../../../facts/call-index.ts'
import { onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether the process itself serves files out of a folder that this file names. */
export function servesFolderOf(file: SourceFile, codebase: Codebase): boolean {
  const folders = servedFolders(codebase)
  return [...folders].some((folder) => new RegExp(`['"\`/]${folder}(?=['"\`/])`).test(file.text))
}

/** What the paths that are served as they lie there are made of. */
const servedFolders = onceFor((codebase: Codebase): ReadonlySet<string> => {
  const { index } = codebase
  const calls = [
    ...index.named(/^(express\.static|koa-static|serve-static|@nestjs\/serve-static\.ServeStaticModule\.forRoot)$/),
    ...index.methods('useStaticAssets'),
    ...index.methods('register').filter((found) => registersStatic(found, codebase)),
  ]
  return new Set(calls.flatMap(({ call, file }) => foldersIn(file.text.slice(call.start, call.end))))
})

function registersStatic({ call, file }: FoundCall, { meanings }: Codebase): boolean {
  const [plugin] = call.arguments
  if (!plugin) return false
  return (
    meanings.nameOf(plugin, file) === '@fastify/static' ||
    /^(await )?(require|import)\(['"]@fastify\/static/.test(file.text.slice(plugin.start, plugin.end))
  )
}

function foldersIn(text: string): string[] {
  return [...text.matchAll(/['"`/]([\w-]{3,})['"`/]/g)].map(([, folder = '']) => folder)
}
