import type { CheckPlace, Introduction } from '../../db/schema.ts'

/** "broken since abc1234 at src/x.ts:10 (introduced by #482)", as far as that is known. */
export function describeBreak(found: {
  places: readonly CheckPlace[]
  total: number
  brokenSince?: string | null | undefined
  introduced?: Introduction | null | undefined
}): string {
  const { places, total, brokenSince, introduced } = found
  const [place] = places
  const others = total > 1 ? ` and ${total - 1} more ${total === 2 ? 'place' : 'places'}` : ''
  return [
    'broken',
    brokenSince ? ` since ${shortSha(brokenSince)}` : '',
    place ? ` at ${describePlace(place)}${others}` : '',
    introduced ? ` (introduced by ${introduced.pull ? `#${introduced.pull}` : shortSha(introduced.sha)})` : '',
  ].join('')
}

function describePlace({ path, line }: CheckPlace): string {
  return line === undefined ? path : `${path}:${line}`
}

function shortSha(sha: string): string {
  return sha.slice(0, 7)
}
