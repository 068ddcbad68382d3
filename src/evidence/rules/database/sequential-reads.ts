import { append } from '../../../lib/append.ts'
import type { Codebase } from '../../codebase.ts'
import type { Query } from '../../facts/queries.ts'
import {
  functionAround,
  isFunction,
  parameterName,
  pathOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../../parse/ast.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { lineOf, requestOf } from '../places.ts'
import type { Rule } from '../rule.ts'

/** From this many on, waiting for one after the other is worth a sentence. */
const enough = 3

export const sequentialReads: Rule = {
  id: 'sequential-reads',
  category: 'await-in-loop',
  severity: 'low',
  confidence: 'medium',
  title: 'Reads that do not need each other wait for each other',
  why: 'Each `await` is a trip to another machine. Three in a row take the sum of all, started together the time of the slowest.',
  effects: { latency: 'The sum of all calls in place of the slowest.' },
  fix: {
    say: 'Start them together.',
    code: { any: 'const [user, orders, offers] = await Promise.all([findUser(id), findOrders(id), findOffers()])' },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Promise/all'],
  limits: 'Only reads and calls written one below the other in one function, outside of transactions.',
  *find(codebase) {
    const reads = readsOf(codebase)
    for (const [block, statements] of byBlock(reads)) {
      const run = longestRun(block, statements)
      const [first] = run
      const isPage = run.some((read) => read.kind === 'count') && run.some((read) => read.kind === 'find-many')
      if (!first || (run.length < enough && !isPage) || !requestOf(codebase, first.node)) continue
      yield {
        file: first.file,
        node: first.node,
        also: run.slice(1).map(({ file, line }) => ({ path: file.path, line })),
        message: `${run.length} reads that do not use each other’s results run one after the other.`,
      }
    }
  },
}

type Read = { node: Of<'VariableDeclaration'>; file: SourceFile; line: number; kind?: Query['kind'] }

const readKinds = /^(find-many|find-one|count)$/

/** `const x = await …` of queries that read, of calls to other services, and of functions that do one of both. */
function readsOf(codebase: Codebase): Read[] {
  const queries = codebase.queries.filter(({ kind, call, file }) => readKinds.test(kind) && !inTransaction(call, file))
  const others = [...codebase.asyncWork.outgoing, ...readingCalls(codebase)]
  return [
    ...queries.flatMap((query) => readIn(query).map((read) => ({ ...read, kind: query.kind }))),
    ...others.flatMap(readIn),
  ]
}

function readIn({ call, file, line }: { call: CallNode; file: SourceFile; line: number }): Read[] {
  const node = declarationAround(call)
  return node && file.kind === 'production' ? [{ node, file, line }] : []
}

/** Calls of project functions that read and change nothing. */
function readingCalls(codebase: Codebase): { call: CallNode; file: SourceFile; line: number }[] {
  const reading = new Set<FunctionNode | undefined>()
  const writing = new Set<FunctionNode | undefined>()
  for (const { kind, call } of codebase.queries) (readKinds.test(kind) ? reading : writing).add(functionAround(call))
  for (const { call } of codebase.asyncWork.outgoing)
    if (/(^|[.)])(get|fetch)$/.test(pathOf(call.callee))) reading.add(functionAround(call))
  return codebase.calls
    .linkedTo([...reading.difference(writing)].filter((node) => node !== undefined))
    .map(({ call, file }) => ({ call, file, line: lineOf(call, file) }))
}

function inTransaction(call: Node, file: SourceFile): boolean {
  return /\b(tx|trx|transaction|session|queryRunner|manager|lock)\b/i.test(file.text.slice(call.start, call.end))
}

function declarationAround(call: Node): Of<'VariableDeclaration'> | undefined {
  for (let at: Node | null | undefined = call; at && !isFunction(at); at = at.parent) {
    if (at.type === 'AwaitExpression' && at.parent?.type === 'VariableDeclarator') {
      const holds = unwrap(at)
      return chainHolds(holds, call) && at.parent.parent?.type === 'VariableDeclaration' ? at.parent.parent : undefined
    }
  }
  return undefined
}

/** Whether the awaited expression is the call itself with its chain, not something that has it among its arguments. */
function chainHolds(awaited: Node, call: Node): boolean {
  let at: Node = awaited
  while (at !== call) {
    if (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
    else return false
  }
  return true
}

function byBlock(reads: readonly Read[]): Map<Node, Read[]> {
  const blocks = new Map<Node, Read[]>()
  for (const read of reads) {
    const block = read.node.parent
    if (block?.type !== 'BlockStatement') continue
    append(blocks, block, read)
  }
  return blocks
}

/** Neighbouring statements of which none uses a name that an earlier one declares. */
function longestRun(block: Node, reads: readonly Read[]): Read[] {
  const list: readonly Node[] = block.type === 'BlockStatement' ? block.body : []
  let best: Read[] = []
  let run: Read[] = []
  let names: string[] = []
  for (const statement of list) {
    const read = reads.find((item) => item.node === statement)
    if (!read || uses(read, names)) {
      run = []
      names = []
    }
    if (!read) continue
    run.push(read)
    names.push(...namesOf(read.node))
    if (run.length > best.length) best = [...run]
  }
  return best
}

function uses({ node, file }: Read, names: readonly string[]): boolean {
  const text = file.text.slice(node.start, node.end)
  return names.some((name) =>
    new RegExp(String.raw`(?<![\w$.])${name.replaceAll('$', String.raw`\$`)}(?![\w$:])`).test(text),
  )
}

function namesOf(node: Of<'VariableDeclaration'>): string[] {
  return node.declarations.flatMap(({ id }) => {
    if (id.type === 'Identifier') return [id.name]
    if (id.type === 'ObjectPattern')
      return id.properties.flatMap((item) => parameterName(item.type === 'Property' ? item.value : item)?.name ?? [])
    return id.type === 'ArrayPattern' ? id.elements.flatMap((item) => parameterName(item ?? undefined)?.name ?? []) : []
  })
}
