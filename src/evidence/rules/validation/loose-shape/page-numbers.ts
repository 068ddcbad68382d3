import type { Codebase } from '../../../codebase.ts'
import { numberOrigins } from '../../../facts/number-origins.ts'
import type { Trace } from '../../../facts/trace.ts'
import { functionAround, pathOf, unwrap, type Node, type Of } from '../../../parse/ast.ts'
import { methodCallsOf, goingBy, propertiesOf } from '../../../parse/by-name.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, lineOf } from '../../places.ts'
import type { Match, Words } from '../../rule.ts'

type Page = { trace: Trace; made: Node; file: SourceFile }

/** `skip((page - 1) * 10)` with the page of the query: page 0 asks for rows before the first, which databases refuse. */
export function* pagesBelowOne(codebase: Codebase): Iterable<Match> {
  for (const file of codebase.production) {
    const pages = skipsIn(file).flatMap((skip) => pageOf(skip, file, codebase, 0) ?? [])
    const [first, ...rest] = pages.filter((page) => !hasLimit(page, codebase))
    if (!first) continue
    yield {
      file: first.file,
      node: first.made,
      line: lineOf(first.made, first.file),
      message: `\`${first.trace.keys.at(-1) ?? 'The page'}\` may be 0, below it, or no number: the database refuses to skip that many rows.`,
      words: ofPages,
      also: rest.map(({ made, file: home }) => ({ path: home.path, line: lineOf(made, home) })),
    }
  }
}

const ofPages: Words = {
  title: 'The number of a page is taken as it comes',
  why: 'Rows before the first are what no database gives: page 0, -1 or `x` ends as a failed query.',
  effects: { safety: 'A mistyped address is answered as a failure of the server.' },
  fix: {
    say: 'Make it a number of one or more before it is used.',
    code: { any: 'const page = Math.max(1, Math.trunc(Number(req.query.page)) || 1)' },
  },
}

const skipsIn = atOnce((file: SourceFile): readonly Node[] => [
  ...goingBy(methodCallsOf(file), ['skip', 'offset']).flatMap((call) => call.arguments.slice(0, 1)),
  ...goingBy(propertiesOf(file), ['skip', 'offset']).map(({ value }) => value),
])

/** The page number of the query that a number of rows is worked out from, and where it becomes a number. */
function pageOf(node: Node, file: SourceFile, codebase: Codebase, depth: number): Page | undefined {
  const inner = unwrap(node)
  const follow = (next: Node): Page | undefined => pageOf(next, file, codebase, depth + 1)
  if (depth > 8) return undefined
  switch (inner.type) {
    case 'BinaryExpression': {
      if (!/^[-*+]$/.test(inner.operator)) return undefined
      const page = follow(inner.left) ?? follow(inner.right)
      return page && page.made === page.trace.source.node ? { ...page, made: inner, file } : page
    }
    case 'UnaryExpression':
      return inner.operator === '+' ? follow(inner.argument) : undefined
    case 'LogicalExpression':
      return inner.operator === '&&' ? undefined : follow(inner.left)
    case 'ConditionalExpression':
      return /[<>]/.test(file.text.slice(inner.test.start, inner.test.end))
        ? undefined
        : (follow(inner.consequent) ?? follow(inner.alternate))
    case 'CallExpression': {
      const [given] = inner.arguments
      if (!given || !/^(Number|(Number\.)?parse(Int|Float))$/.test(pathOf(inner.callee))) return undefined
      const page = follow(given)
      return page && { ...page, made: inner, file }
    }
    case 'Identifier':
      return given(inner, file, follow) ?? queried(inner, file, codebase) ?? handedOn(inner, file, codebase)
    case 'MemberExpression':
      return queried(inner, file, codebase)
    default:
      return undefined
  }
}

/** What a name was given where it is declared, or in a branch after that. */
function given(name: Of<'Identifier'>, file: SourceFile, follow: (node: Node) => Page | undefined): Page | undefined {
  const binding = lookUp(file.scopes, name, name.name)
  if (!binding || binding.kind === 'parameter' || binding.path.length > 0) return undefined
  const written = file.assignments
    .filter(
      ({ left, right }) => left.type === 'Identifier' && left.name === name.name && right.type === 'BinaryExpression',
    )
    .filter(({ left }) => lookUp(file.scopes, left, name.name) === binding)
    .map(({ right }) => right)
  for (const node of [...(binding.init ? [binding.init] : []), ...written]) {
    const page = follow(node)
    if (page) return page
  }
  return undefined
}

/** The number that callers hand to the function around. */
function handedOn(name: Of<'Identifier'>, file: SourceFile, codebase: Codebase): Page | undefined {
  if (lookUp(file.scopes, name, name.name)?.kind !== 'parameter') return undefined
  for (const origin of numberOrigins(name, file, codebase.calls)) {
    const page = origin.node === name ? undefined : queried(origin.node, origin.file, codebase)
    if (page) return page
  }
  return undefined
}

function queried(node: Node, file: SourceFile, codebase: Codebase): Page | undefined {
  const trace = codebase.flow.trace(node, file)
  const name = trace?.keys.at(-1) ?? ''
  return trace?.kind === 'query' && /page/i.test(name) && !/size|per|limit/i.test(name)
    ? { trace, made: trace.source.node, file: trace.source.file }
    : undefined
}

/** Some comparison with the page, by the names it goes by. */
function hasLimit({ trace, made, file }: Page, codebase: Codebase): boolean {
  if (isValidated(codebase, trace) || trace.marks.size > 0) return true
  const names = new Set([...trace.bindings.map((binding) => binding.name), trace.keys.at(-1) ?? ''])
  const areas = [...trace.bindings.map(({ node }, index) => [node, trace.files[index]] as const), [made, file] as const]
  const texts = areas.map(([node, home]) => {
    const around = functionAround(node)
    return home && around ? home.text.slice(around.start, around.end) : ''
  })
  return [...names].some((name) => {
    const limit = new RegExp(
      String.raw`\b${name}\b\)?\s*[<>]|[<>]=?\s*${name}\b|Math\.(max|abs)\([^)]*\b${name}\b|isNaN\(\s*${name}`,
    )
    return /^\w+$/.test(name) && texts.some((text) => limit.test(text))
  })
}
