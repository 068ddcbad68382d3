import { z } from 'zod'

import { defineTool, type Source, type Tool } from '../tool.ts'
import { pickRepository, repositoryInput } from './pick-repository.ts'
import type { CodeHit, RepositoryReader } from './repository-reader.ts'

const maxHits = 50
const longestLine = 240

/** Lets the model find lines of code by the words in them. */
export function searchCodeTool(reader: Pick<RepositoryReader, 'repositories' | 'searchCode'>): Tool {
  return defineTool({
    name: 'search_code',
    description:
      'Find the lines of a repository that is open in this thread that contain all the given words, such as an ' +
      'identifier or a route. Not a regular expression. When nothing is found, try fewer or other words.',
    input: z.object({ repository: repositoryInput, words: z.string().trim().min(1).max(200) }),
    describe: ({ words }) => `searching the code for "${words}"`,
    async run({ repository, words }, signal) {
      const picked = pickRepository(reader.repositories, repository)
      if (!picked.ok) return { ok: false, text: picked.sentence }
      const found = await reader.searchCode(picked.value, words, signal)
      if (!found.ok) return { ok: false, text: found.sentence }
      const hits = found.value.slice(0, maxHits)
      if (hits.length === 0) return { ok: true, text: 'No line contains all of these words.', sources: [] }
      const lines = hits.map((hit) => `${hit.path}:${hit.line} | ${hit.text.trim().slice(0, longestLine)}`)
      const more = found.value.length - hits.length
      return {
        ok: true,
        text: [...lines, ...(more > 0 ? [`(${more} more lines not shown)`] : [])].join('\n'),
        sources: toSources(hits),
      }
    },
  })
}

/** One for each file, at its first line found. */
function toSources(hits: readonly CodeHit[]): Source[] {
  const firsts = hits.filter((hit, index) => hits.findIndex(({ path }) => path === hit.path) === index)
  return firsts.map(({ path, url }) => ({ label: path, ...(url && { url }) }))
}
