import { readProject } from '../evidence/facts/project.ts'
import type { FileEntry } from '../github/file-tree.ts'
import type { Pin } from '../github/target.ts'
import type { CodeHost } from './code-host.ts'
import type { OpenRepository } from './open-code.ts'

/** The small files that say what a project is; sources are read only when somebody asks about them. */
const telling =
  /(^|\/)(package\.json|pnpm-workspace\.yaml|\.nvmrc|\.node-version|Dockerfile[^/]*|docker-compose[^/]*\.ya?ml|compose\.ya?ml|tsconfig\.json)$|^\.github\/workflows\/[^/]+\.ya?ml$/
const tellingFileLimit = 20
const tellingBytesLimit = 200_000

/** Lists a repository at a commit and reads what its project files say; undefined when GitHub will not show them. */
export async function readProjectAt(
  host: CodeHost,
  fullName: string,
  pin: Pin,
  signal: AbortSignal,
): Promise<OpenRepository | undefined> {
  const listed = await host.listFiles(pin, { signal })
  if (!listed.ok) return undefined
  const { files, truncated } = listed.value
  const contents = new Map(files.map((file) => [file.path, '']))
  await Promise.all(
    files
      .filter(isTelling)
      .slice(0, tellingFileLimit)
      .map(async ({ path }) => {
        const read = await host.readFile(pin, path, { signal })
        if (read.ok) contents.set(path, read.value.text)
      }),
  )
  return { fullName, pin, project: readProject(contents), files, truncated }
}

function isTelling({ path, kind, sizeBytes }: FileEntry): boolean {
  return kind === 'file' && sizeBytes <= tellingBytesLimit && telling.test(path) && !path.includes('node_modules/')
}
