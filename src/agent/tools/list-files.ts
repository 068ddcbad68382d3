import { z } from 'zod'

import { defineTool, type Tool } from '../tool.ts'
import { foldPaths } from './fold-paths.ts'
import { normalisePath, pickRepository, repositoryInput } from './pick-repository.ts'
import type { RepositoryReader } from './repository-reader.ts'

const maxLines = 400

/** Lets the model see which files a repository has. */
export function listFilesTool(reader: Pick<RepositoryReader, 'repositories' | 'listFiles'>): Tool {
  return defineTool({
    name: 'list_files',
    description:
      'List the files of a repository that is open in this thread, or of one folder in it. Large folders are shown as ' +
      'a count; list them by themselves to see inside. Use this before reading when you do not know the paths.',
    input: z.object({
      repository: repositoryInput,
      folder: z.string().optional().describe('A folder from the root, such as src/routes. Leave out for everything.'),
    }),
    describe: ({ folder }) => (folder ? `listing files in ${folder}` : 'listing files'),
    async run({ repository, folder = '' }, signal) {
      const picked = pickRepository(reader.repositories, repository)
      if (!picked.ok) return { ok: false, text: picked.sentence }
      const path = normalisePath(folder)
      if (!path.ok) return { ok: false, text: path.sentence }
      const found = await reader.listFiles(picked.value, path.value, signal)
      if (!found.ok) return { ok: false, text: found.sentence }
      if (found.value.length === 0) return { ok: true, text: 'There are no files here.', sources: [] }
      return { ok: true, text: foldPaths(found.value, maxLines).join('\n'), sources: [] }
    },
  })
}
