import * as fc from 'fast-check'

const words = fc
  .array(
    fc.constantFrom(
      'Use',
      'a *worker* pool',
      '**now**,',
      'because `Map<string, Job>` grows',
      'when a < b && c > d.',
      'See [the guide](https://nodejs.org/api/worker_threads.html).',
      'Ask <@U123>,',
      'https://github.com/acme/orders/pull/12?w=1#discussion,',
      '(https://fastify.dev/docs/latest/)',
      'it’s fine.',
      'R&D says "no"!',
      'snake_case_name',
      '日本語。',
      '❤️',
      '2 * 3 = 6',
      'e.g. index.ts:12',
      '~~later~~',
      'ops@example.com',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(' '))

const code = fc
  .array(
    fc.constantFrom(
      'const jobs: Array<Job> = []',
      "await fetch('https://api.example.com/v1?limit=3')",
      '- not a list',
      '# not a heading',
      '| not | a table |',
      '  if (a[i](x)) return `${b}`',
      '<!-- html -->',
      '',
    ),
    { maxLength: 8 },
  )
  .map((lines) => ['```ts', ...lines, '```'].join('\n'))

const indent = (text: string) => text.replace(/^(?=.)/gm, '   ')
const list = fc
  .array(fc.tuple(words, fc.option(code, { nil: undefined }), fc.option(words, { nil: undefined })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((items) =>
    items
      .flatMap(([text, block, nested], index) => [
        `${index + 1}. ${text}`,
        ...(block ? [indent(block)] : []),
        ...(nested ? [indent(`- ${nested}`)] : []),
      ])
      .join('\n'),
  )

const table = fc
  .array(fc.tuple(words, words), { minLength: 1, maxLength: 6 })
  .map((rows) => ['| Option | Why |', '|:--|--:|', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join('\n'))

const quote = fc
  .array(words, { minLength: 1, maxLength: 4 })
  .map((lines) => lines.map((line) => `> ${line}`).join('\n'))

export const fence = code
export const tableBlock = table

/** Answers as a model writes them when nobody attacks: every kind of block, nested too. */
export const ordinaryMarkdown = fc
  .array(fc.oneof(words, code, list, table, quote, fc.constant('## Why it matters'), fc.constant('---')), {
    maxLength: 8,
  })
  .map((blocks) => blocks.map((block) => `${block}\n`).join('\n'))
