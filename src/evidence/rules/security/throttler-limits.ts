import type { Codebase } from '../../codebase.ts'
import { keyOf, literalText, propertyOf, unwrap, type Node } from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { textOf } from '../places.ts'
import type { Match, Words } from '../rule.ts'

/** Limits of `@nestjs/throttler` that hold nobody up: windows of a few milliseconds, and names that no limit has. */
export function* throttlerLimits(codebase: Codebase): Iterable<Match> {
  const names = throttlerNames(codebase)
  for (const { call, file } of codebase.index.named(/^@nestjs\/throttler\.Throttle$/)) {
    const given = call.arguments[0]
    if (given?.type !== 'ObjectExpression') continue
    for (const item of given.properties) {
      const name = item.type === 'Property' ? keyOf(item) : undefined
      if (item.type !== 'Property' || name === undefined) continue
      if (names && !names.has(name)) yield unknownName(name, item, file, names)
      else yield* shortWindow(item.value, file)
    }
  }
  for (const { options, file } of throttlersOf(codebase)) yield* shortWindow(options, file)
}

function unknownName(name: string, node: Node, file: SourceFile, names: ReadonlySet<string>): Match {
  const known = [...names].map((known) => `\`${known}\``).join(', ')
  const message = `No limit is called \`${name}\`: \`ThrottlerModule\` has ${known}, and this changes none of them.`
  return { file, node, words: ofNames, message }
}

/** Since version 5, which came with this form, `ttl` is in milliseconds. */
function* shortWindow(options: Node, file: SourceFile): Iterable<Match> {
  const ttl = propertyOf(unwrap(options), 'ttl')
  const milliseconds = ttl?.type === 'Literal' && typeof ttl.value === 'number' ? ttl.value : undefined
  if (!ttl || milliseconds === undefined || milliseconds === 0 || milliseconds >= 1000) return
  const message = `\`${textOf(ttl.parent ?? ttl, file, 30)}\` is ${milliseconds} milliseconds, after which the count starts anew.`
  yield { file, node: ttl, words: ofWindows, message }
}

/** What `forRoot([…])` and `forRoot({ throttlers: […] })` list, written out. */
function throttlersOf({ index }: Codebase): { options: Node; file: SourceFile }[] {
  return index.named(/^@nestjs\/throttler\.ThrottlerModule\.forRoot$/).flatMap(({ call, file }) => {
    const list = listOf(call.arguments[0])
    return list?.type === 'ArrayExpression'
      ? list.elements.flatMap((options) => (options ? [{ options, file }] : []))
      : []
  })
}

function listOf(given: Node | undefined): Node | undefined {
  return given?.type === 'ArrayExpression' ? given : propertyOf(given, 'throttlers')
}

/** The names of all limits, where each can be read; one without a name is `default`. */
function throttlerNames(codebase: Codebase): ReadonlySet<string> | undefined {
  const { index } = codebase
  if (index.named(/^@nestjs\/throttler\.ThrottlerModule\.forRootAsync$/).length > 0) return undefined
  const names = throttlersOf(codebase).map(({ options }) => {
    const name = propertyOf(options, 'name')
    return options.type !== 'ObjectExpression' ? undefined : name ? literalText(name) : 'default'
  })
  const known = names.filter((name) => name !== undefined)
  return names.length > 0 && known.length === names.length ? new Set(known) : undefined
}

const ofNames: Words = {
  title: 'A limit is set under a name that nothing has',
  why: 'Whoever reads the route takes it for limited so; the guard goes by the names of the module and never looks at this one.',
  effects: { safety: 'The route has the limits that all have.' },
  fix: {
    say: 'Name a limit of the module, or give the module one of this name.',
    code: { NestJS: "ThrottlerModule.forRoot([{ name: 'default', ttl: 60_000, limit: 20 }])" },
  },
}

const ofWindows: Words = {
  title: 'A limit counts for a few milliseconds',
  why: 'Since version 5 of `@nestjs/throttler` the time is in milliseconds; a number of seconds makes a limit that nobody reaches.',
  effects: { safety: 'Passwords and codes can be tried without end.' },
  fix: {
    say: 'Write milliseconds, or use `seconds(60)` of the package.',
    code: { NestJS: '@Throttle({ default: { ttl: 60_000, limit: 10 } })' },
  },
}
