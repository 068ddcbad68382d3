import type { TurnChoice } from '../../db/schema.ts'
import type { FileEntry } from '../../github/file-tree.ts'
import type { DepthEstimate } from '../narrative/estimate-review.ts'
import type { PaidDepth } from '../narrative/plan-calls.ts'
import type { ReviewTarget } from '../review.ts'

export interface QuoteFacts {
  target: ReviewTarget
  files: readonly Pick<FileEntry, 'path' | 'sizeBytes'>[]
  /** GitHub listed only some of them. */
  truncated: boolean
  /** Undefined without a key. */
  estimates: Readonly<Record<PaidDepth, DepthEstimate>> | undefined
  modelName: string
}

/** What there is to review and what each depth costs, in words that Markdown and Slack's own markup read alike, and what can be chosen. */
export function describeQuote(facts: QuoteFacts, quoteId: string): { text: string; choices: TurnChoice[] } {
  const choose = (label: string, depth: string): TurnChoice => ({ label, act: 'review', value: `${quoteId}/${depth}` })
  const paid = facts.estimates ? (['standard', 'deep'] as const) : []
  return {
    text: [
      describeTarget(facts),
      '- Facts: my rules over all of it, $0, some seconds.',
      ...paid.map((depth) => describeDepth(depth, facts)),
      ...(facts.estimates ? [] : ['- With an `ANTHROPIC_API_KEY` I would also weigh, explain and propose.']),
    ].join('\n'),
    choices: [
      choose('Facts, $0', 'facts'),
      ...paid.flatMap((depth) => {
        const estimate = facts.estimates?.[depth]
        return !estimate || estimate.refused ? [] : [choose(`${names[depth]}, ${formatUsd(estimate)}`, depth)]
      }),
    ],
  }
}

const names = { standard: 'Standard', deep: 'Deep' } as const
const areasRead = { standard: 'eight areas', deep: 'ten areas, tests and delivery too' } as const

function describeDepth(depth: PaidDepth, { estimates, modelName }: QuoteFacts): string {
  const estimate = estimates?.[depth]
  switch (estimate?.refused) {
    case undefined: {
      if (!estimate) return ''
      const tokens = `${Math.ceil(estimate.tokens / 1000).toLocaleString('en-US')},000 tokens`
      return `- ${names[depth]}: the model reads ${count(estimate.files, 'file')} for ${areasRead[depth]}, ${tokens}, ${formatPrice(estimate)}.`
    }
    case 'unpriced':
      return `- ${names[depth]}: I do not know what ${modelName} costs, so I do not begin. An operator allows it with \`ARCHITECT_ALLOW_UNPRICED=true\`.`
    case 'over-budget':
      return `- ${names[depth]}: what is left of today's budget is not enough. It starts anew at 00:00 UTC.`
  }
}

/** Such as "about $1.13, never more than $1.42". */
function formatPrice(estimate: DepthEstimate): string {
  const { capUsd } = estimate
  return capUsd === undefined ? 'price unknown' : `about ${formatUsd(estimate)}, never more than $${capUsd.toFixed(2)}`
}

function formatUsd({ priceUsd, capUsd }: DepthEstimate): string {
  const usd = priceUsd === undefined ? undefined : Math.min(priceUsd, capUsd ?? priceUsd)
  return usd === undefined ? 'price unknown' : `$${usd.toFixed(2)}`
}

function describeTarget({ target, files, truncated }: QuoteFacts): string {
  const commit = target.pin ? ` at \`${target.pin.sha.slice(0, 7)}\`` : ''
  const title = target.change?.title ? ` (${plain(target.change.title)})` : ''
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const more = truncated ? ' and more that GitHub did not list' : ''
  const languages = describeLanguages(files)
  return `${target.label}${title}${commit}: ${count(files.length, 'file')}${more}, ${formatBytes(bytes)}${languages}.`
}

const languages: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  mts: 'TypeScript',
  cts: 'TypeScript',
  tsx: 'TypeScript',
  js: 'JavaScript',
  mjs: 'JavaScript',
  cjs: 'JavaScript',
  jsx: 'JavaScript',
  json: 'JSON',
  md: 'Markdown',
  yml: 'YAML',
  yaml: 'YAML',
  sql: 'SQL',
  prisma: 'Prisma',
  graphql: 'GraphQL',
  py: 'Python',
  go: 'Go',
  java: 'Java',
  rb: 'Ruby',
  php: 'PHP',
  rs: 'Rust',
  cs: 'C#',
}

/** The languages that make up most of the bytes, such as ": 80 % TypeScript, 12 % JSON". */
function describeLanguages(files: QuoteFacts['files']): string {
  const bytes = new Map<string, number>()
  for (const { path, sizeBytes } of files) {
    const language = languages[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '']
    if (language) bytes.set(language, (bytes.get(language) ?? 0) + sizeBytes)
  }
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0)
  const shares = [...bytes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([language, size]) => ({ language, percent: Math.round((size / total) * 100) }))
    .filter(({ percent }) => percent >= 5)
  return shares.length > 0 ? `, ${shares.map(({ language, percent }) => `${percent} % ${language}`).join(', ')}` : ''
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** A title from GitHub is words, whatever marks it holds. */
function plain(text: string): string {
  return text
    .replaceAll(/[<>&*_~`[\]|]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 100)
}

const count = (amount: number, noun: string) => `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`
