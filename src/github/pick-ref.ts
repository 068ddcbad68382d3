/** A branch or tag by its short name, with what it points at. */
export type Ref = { name: string; object: { sha: string; type: string } }

/** The longest of these refs that the segments start with, and the segments left over; a branch beats a like-named tag. */
export function pickLongestRef(
  segments: readonly string[],
  branches: readonly Ref[],
  tags: readonly Ref[],
): { ref: Ref; path: string[] } | undefined {
  for (let length = segments.length; length > 0; length--) {
    const name = segments.slice(0, length).join('/')
    const ref = [...branches, ...tags].find((candidate) => candidate.name === name)
    if (ref) return { ref, path: segments.slice(length) }
  }
  return undefined
}
