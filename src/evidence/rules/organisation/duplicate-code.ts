import { rawTexts } from '../../facts/raw-texts.ts'
import { homeOf } from '../../facts/project.ts'
import { copiedBetween } from '../../facts/copied-functions.ts'
import { repeatedBlocks, type Lines, type RepeatedBlock } from '../../facts/repeated-blocks.ts'
import { onceFor } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Rule } from '../rule.ts'

const mostFindings = 8

export const duplicateCode: Rule = {
  id: 'duplicate-code',
  category: 'duplicate-code',
  severity: 'low',
  confidence: 'medium',
  title: 'The same code stands in several places',
  why: 'A mistake is fixed in one of them.',
  effects: { maintenance: 'Every change has to be made several times.' },
  fix: {
    say: 'Give it a name, and use it in all places.',
    code: { any: "import { pageOf } from './paging.ts'\nconst page = pageOf(req.query)" },
  },
  sources: ['https://cwe.mitre.org/data/definitions/1041.html'],
  *find(codebase) {
    for (const { longest, others } of repeatsToTell(codebase.withTypes)) {
      // What runs as a text on its own cannot import what both have.
      if ([longest.place, longest.original].every(({ file }) => rawTexts(codebase).has(file.path))) continue
      const { length, place, original } = longest
      const count = others.length > 0 ? `, and so are those of ${others.length} more places` : ''
      yield {
        file: place.file,
        line: place.from,
        ...(homeOf(place.file.path, codebase.project) === homeOf(original.file.path, codebase.project)
          ? {}
          : { severity: 'info' as const }),
        also: [original, ...others.map((block) => block.place)].map(({ file, from }) => ({
          path: file.path,
          line: from,
        })),
        message: `${length} lines are the same as in ${original.file.path}:${original.from}${count}.`,
      }
    }
  },
}

type Repeat = { longest: RepeatedBlock; others: RepeatedBlock[] }

/** The longest repeats, one for each place that was repeated; what is one copied function is told as that. */
export const repeatsToTell = onceFor((production: readonly SourceFile[]): readonly Repeat[] => {
  const repeats: Repeat[] = []
  for (const block of repeatedBlocks(production).toSorted((one, other) => other.length - one.length)) {
    const same = repeats.find(({ longest }) => overlap(longest.original, block.original))
    if (same) same.others.push(block)
    else if (copiedBetween(block.place, block.original, production).length !== 1)
      repeats.push({ longest: block, others: [] })
  }
  return repeats.slice(0, mostFindings)
})

function overlap(one: Lines, other: Lines): boolean {
  return one.file === other.file && one.from <= other.to && other.from <= one.to
}
