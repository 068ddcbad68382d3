import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The Markdown files of one folder by name, none when it does not exist yet; one sentence when it cannot be read. */
export async function readMarkdown(folder: string): Promise<Map<string, string> | string> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile() && /\.md$/i.test(entry.name)).map(({ name }) => name)
    const texts = await Promise.all(
      names
        .toSorted()
        .map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]),
    )
    return new Map(texts)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return new Map()
    const sentence = explainFolder(error, folder)
    if (sentence !== undefined) return sentence
    throw error
  }
}

/** Why a folder cannot be used, as one sentence; undefined for what nobody expects. */
export function explainFolder(error: unknown, folder: string): string | undefined {
  switch (codeOf(error)) {
    case 'ENOTDIR':
    case 'EEXIST':
      return `${folder} is a file: name a folder.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${folder} may not be read or written: allow it, or name another folder.`
    case 'ENOSPC':
      return `There is no space left for ${folder}: make some, then try again.`
    default:
      return undefined
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
