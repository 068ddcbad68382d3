import { z } from 'zod'

import { defineTool, type Source, type Tool } from '../tool.ts'
import { numberLines } from './number-lines.ts'
import { normalisePath, pickRepository, repositoryInput } from './pick-repository.ts'
import type { RepositoryReader } from './repository-reader.ts'

const maxFiles = 10
const maxLines = 500

const fileInput = z.object({
  path: z.string().min(1).describe('From the root, such as src/app.js.'),
  from: z.int().min(1).optional().describe('First line. Default 1.'),
  to: z.int().min(1).optional().describe(`Last line. At most ${maxLines} lines are shown at once.`),
})

interface Reading {
  readonly text: string
  readonly source?: Source
}

/** Lets the model read files, or parts of them, with line numbers; some may fail without the others failing. */
export function readFilesTool(reader: Pick<RepositoryReader, 'repositories' | 'readFile'>): Tool {
  return defineTool({
    name: 'read_files',
    description:
      'Read files of a repository that is open in this thread, or line ranges of them, with line numbers. Ask for ' +
      `several files in one call when you need them; at most ${maxFiles}.`,
    input: z.object({ repository: repositoryInput, files: z.array(fileInput).min(1).max(maxFiles) }),
    describe: ({ files }) => `reading ${describeFiles(files.map((file) => file.path))}`,
    async run({ repository, files }, signal) {
      const picked = pickRepository(reader.repositories, repository)
      if (!picked.ok) return { ok: false, text: picked.sentence }
      const readings = await Promise.all(files.map((file) => readOne(reader, picked.value, file, signal)))
      const text = readings.map((reading) => reading.text).join('\n\n')
      const sources = readings.flatMap(({ source }) => source ?? [])
      return sources.length > 0 ? { ok: true, text, sources } : { ok: false, text }
    },
  })
}

function describeFiles([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first
  return `${first} and ${others.length === 1 ? '1 more file' : `${others.length} more files`}`
}

async function readOne(
  reader: Pick<RepositoryReader, 'readFile'>,
  repository: string,
  file: z.infer<typeof fileInput>,
  signal: AbortSignal,
): Promise<Reading> {
  const path = normalisePath(file.path)
  if (!path.ok) return { text: path.sentence }
  const found = await reader.readFile(repository, path.value, signal)
  if (!found.ok) return { text: `${path.value}: ${found.sentence}` }
  const from = file.from ?? 1
  const lines = numberLines(found.value.text, from, file.to ?? Number.POSITIVE_INFINITY, maxLines)
  if (!lines) return { text: `${path.value} has fewer than ${from} lines.` }
  const range = `${lines.from}-${lines.to}`
  const { url } = found.value
  return {
    text: `${path.value}, lines ${range} of ${lines.total}:\n${lines.text}`,
    source: { label: `${path.value}:${range}`, ...(url && { url: `${url}#L${lines.from}-L${lines.to}` }) },
  }
}
