/** A path as git writes it: no leading or doubled slashes, `.` and `..` worked out; undefined when it leaves the root. */
export function cleanPath(path: string): string | undefined {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') kept.push(segment)
    else if (kept.pop() === undefined) return undefined
  }
  return kept.join('/')
}

/** Where a symbolic link in the repository leads; undefined when outside it. */
export function resolveLink(path: string, target: string): string | undefined {
  return target.startsWith('/') ? undefined : cleanPath(`${path}/../${target}`)
}
