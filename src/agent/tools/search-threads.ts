import { z } from 'zod'

import { defineTool, type Tool } from '../tool.ts'
import type { Found } from './repository-reader.ts'
import { isoDay } from '../../lib/iso-day.ts'

export interface ThreadHit {
  /** Who and where, such as "Ana in #backend". */
  readonly title: string
  readonly when: Date
  readonly text: string
  readonly permalink: string
}

/** Finds earlier messages. Contract: returns only what everyone in the present conversation may see, best first. */
export interface ThreadSearch {
  readonly searchThreads: (query: string, signal: AbortSignal) => Promise<Found<readonly ThreadHit[]>>
}

const maxHits = 10
const longestText = 1500

/** Lets the model look for what the team said before, in other threads too. */
export function searchThreadsTool(search: ThreadSearch): Tool {
  return defineTool({
    name: 'search_threads',
    description:
      'Search what the team has said before, in this thread and in others that everyone here may see. Use the words ' +
      'that would stand in the message; when nothing is found, search again with synonyms.',
    input: z.object({ query: z.string().trim().min(1).max(300) }),
    describe: ({ query }) => `searching earlier threads for "${query}"`,
    async run({ query }, signal) {
      const found = await search.searchThreads(query, signal)
      if (!found.ok) return { ok: false, text: found.sentence }
      const hits = found.value.slice(0, maxHits)
      if (hits.length === 0) return { ok: true, text: 'Nothing was found for these words.', sources: [] }
      return {
        ok: true,
        text: hits.map(showHit).join('\n\n'),
        sources: hits.map(({ title, permalink }) => ({ label: title, url: permalink })),
      }
    },
  })
}

function showHit({ title, when, text, permalink }: ThreadHit): string {
  const shown = text.length <= longestText ? text : `${text.slice(0, longestText).toWellFormed()} [cut]`
  return `${title}, ${isoDay(when.getTime())}, ${permalink}\n${shown}`
}
