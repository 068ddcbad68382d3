import type { Codebase } from '../../../codebase.ts'

/** The 1-based line of a `COPY . .` of the last stage that takes `.env` along, where developers have one. */
export function lineOfCopiedSettings(
  { texts }: Codebase,
  path: string,
  rows: readonly string[],
  first: number,
): number | undefined {
  const at = rows.findIndex((row, index) => index >= first && /^\s*(COPY|ADD)\s+(--\S+\s+)*\.\/?\s+\S+\s*$/i.test(row))
  if (at < 0 || /--from=/.test(rows[at] ?? '')) return undefined
  const folders = foldersAbove(path)
  const ignored = (name: string) => folders.flatMap((folder) => texts.get(folder + name) ?? [])
  const left = [...ignored('.dockerignore'), texts.get(`${path}.dockerignore`) ?? '']
  const isRemoved = rows.some((row, index) => index > at && /\brm\b.*\.env/.test(row))
  return ignored('.gitignore').some((text) => namesSettings.test(text)) &&
    !left.some((text) => leavesOut.test(text)) &&
    !isRemoved
    ? at + 1
    : undefined
}

const namesSettings = /^\s*(\*\*)?\/?\.env\*?\s*$/m
const leavesOut = /^\s*(\*\*?\/?|(\*\*\/|\.?\/)?(\*?\.env\S*|\.\*|\.\[?e\S*))\s*$/m

/** `apps/api/Dockerfile`: `apps/api/`, `apps/` and the root. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return [...parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`), '']
}
