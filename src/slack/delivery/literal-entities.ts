const harmlessNames = new Set(
  'amp lt gt quot apos nbsp copy reg trade mdash ndash hellip lsquo rsquo ldquo rdquo times middot bull rarr larr deg sect euro'.split(
    ' ',
  ),
)

/** Shows an entity as it was written when it could spell an address, a mention or something invisible. */
export function literaliseEntities(line: string): string {
  return line.replace(/&(#x[0-9a-f]+|#\d+|[a-z][a-z0-9]*);/gi, (entity, name: string, at: number) =>
    isHarmless(name, line[at - 1]) ? entity : `&amp;${name};`,
  )
}

function isHarmless(name: string, before: string | undefined): boolean {
  if (!name.startsWith('#')) return harmlessNames.has(name)
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  if (!(code >= 32 && code <= 0x10_ff_ff)) return false
  const char = String.fromCodePoint(code)
  // `](` and `]:` are broken by an entity of ours.
  if (before === ']' && (char === '(' || char === ':')) return true
  return !/[a-z0-9:/.@?#%\\()[\]\p{DI}\p{C}]/iu.test(char)
}
