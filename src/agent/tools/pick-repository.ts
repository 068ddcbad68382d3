import { z } from 'zod'

import type { Found } from './repository-reader.ts'

export const repositoryInput = z
  .string()
  .optional()
  .describe('Which repository, as owner/name. Leave out when only one is open in this thread.')

/** The open repository the model means; it cannot open another one by naming it. */
export function pickRepository(open: readonly string[], named: string | undefined): Found<string> {
  if (open.length === 0) {
    return { ok: false, sentence: 'No repository is open in this thread. Ask for a link to one on GitHub.' }
  }
  const wanted = named?.trim().toLowerCase()
  if (!wanted && open.length === 1 && open[0]) return { ok: true, value: open[0] }
  const match = open.find((repository) => repository.toLowerCase() === wanted)
  if (match) return { ok: true, value: match }
  const problem = wanted ? 'That repository is not open in this thread' : 'Several repositories are open in this thread'
  return { ok: false, sentence: `${problem}. Name one of these: ${open.join(', ')}.` }
}

/** A path as the reader wants it: from the root, with plain slashes, and never out of the repository. */
export function normalisePath(path: string): Found<string> {
  const parts = path
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || path.includes('\0')) {
    return { ok: false, sentence: `"${path}" leaves the repository. Give a path from its root, such as src/app.js.` }
  }
  return { ok: true, value: parts.join('/') }
}
