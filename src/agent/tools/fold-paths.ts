interface Line {
  readonly text: string
  readonly files: number
}

/**
 * A list of paths that fits into `maxLines`, at least one: as deep as fits, with what lies deeper counted by folder, such
 * as `src/routes/ (12 files)`. A folder with too many direct entries is cut, and says so.
 */
export function foldPaths(paths: readonly string[], maxLines: number): string[] {
  if (paths.length <= maxLines) return [...paths]
  const deepest = paths.reduce((most, path) => Math.max(most, path.split('/').length), 1)
  let lines: readonly Line[] = []
  for (let depth = deepest - 1; depth >= 1; depth -= 1) {
    lines = foldBelow(paths, depth)
    if (lines.length <= maxLines) return lines.map((line) => line.text)
  }
  return cut(lines.length > 0 ? lines : foldBelow(paths, 1), maxLines)
}

function cut(lines: readonly Line[], maxLines: number): string[] {
  const shown = lines.slice(0, maxLines - 1)
  const hidden = lines.slice(shown.length).reduce((sum, line) => sum + line.files, 0)
  return [...shown.map((line) => line.text), `more entries not shown (${countFiles(hidden)})`]
}

function foldBelow(paths: readonly string[], depth: number): Line[] {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const parts = path.split('/')
    const shown = parts.length <= depth ? path : `${parts.slice(0, depth).join('/')}/`
    counts.set(shown, (counts.get(shown) ?? 0) + 1)
  }
  return [...counts].map(([shown, files]) => {
    return { text: shown.endsWith('/') ? `${shown} (${countFiles(files)})` : shown, files }
  })
}

function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}
