import type { Codebase } from '../../codebase.ts'
import { functionAround, isFunction, parameterName, unwrap, type FunctionNode, type Node } from '../../parse/ast.ts'
import { mentionsOf } from '../../parse/mentions.ts'
import { valuesReturned } from '../../parse/returns.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import type { Match, Rule } from '../rule.ts'
import { firstNegation } from './first-negation.ts'

export const emptyList: Rule = {
  id: 'empty-list',
  category: 'bug',
  severity: 'medium',
  confidence: 'high',
  title: 'A list is asked whether it is there',
  why: 'A query for many rows that finds none gives an empty list, and an empty list is not falsy.',
  effects: { safety: 'The check never refuses; the code goes on with nothing.' },
  fix: {
    say: 'Ask for its length, or query for one row.',
    code: { Express: "if (comments.length === 0) return res.status(404).json({ error: 'no comments' })" },
  },
  sources: ['https://developer.mozilla.org/en-US/docs/Glossary/Falsy'],
  limits: 'Names that get the list of a query in the same function, or of a function of the project that returns one.',
  *find(codebase) {
    const listing = functionsThatList(codebase)
    for (const { call, file } of listCalls(codebase, listing)) {
      const test = firstTest(call, file)
      if (test)
        yield {
          file,
          node: test,
          message: neverFalsy,
        }
    }
    yield* rowsOfCallbacks(codebase)
  },
}

const neverFalsy = 'A list is never falsy: without rows it is empty, and this check lets it pass.'

/** `connection.query(text, (error, rows) => { if (error) return …; if (!rows) … })` */
function* rowsOfCallbacks(codebase: Codebase): Iterable<Match> {
  for (const { call, file, kind, client } of codebase.queries) {
    const callback = call.arguments.at(-1)
    if (file.kind !== 'production' || kind !== 'raw' || !/^mysql2?$/.test(client) || !isFunction(callback)) continue
    const [error, rows] = callback.params.map((parameter) => parameterName(parameter)?.name)
    if (error === undefined || rows === undefined || !callback.body) continue
    const isAsked = mentionsOf(error, callback.body).some(({ parent }) => parent?.type === 'IfStatement')
    const test = mentionsOf(rows, callback.body).find(
      ({ parent }) =>
        parent?.type === 'UnaryExpression' && parent.operator === '!' && parent.parent?.type === 'IfStatement',
    )
    if (isAsked && test?.parent) yield { file, node: test.parent, message: neverFalsy }
  }
}

type Place = { call: Node; file: SourceFile }

function* listCalls(codebase: Codebase, listing: ReadonlySet<FunctionNode>): Iterable<Place> {
  for (const { call, file, kind, method, chain, callback, client } of codebase.queries) {
    if (
      file.kind !== 'production' ||
      callback ||
      kind !== 'find-many' ||
      !/^(find|findAll|findMany|findBy|aggregate)$/.test(method)
    )
      continue
    if (
      chain.some((name) =>
        /^(first|limit1|cursor|explain|toArray|then|count|countDocuments|findOne|each|map|on)$/.test(name),
      ) &&
      !chain.includes('toArray')
    )
      continue
    if (client === 'knex' || (client === 'mongodb' && !chain.includes('toArray'))) continue
    yield { call, file }
  }
  for (const { call, file } of codebase.calls.linkedTo(listing)) yield { call, file }
}

/** Functions of the project whose one return is a query for many rows. */
function functionsThatList(codebase: Codebase): Set<FunctionNode> {
  const found = new Set<FunctionNode>()
  for (const { call, file, kind, method, chain, client } of codebase.queries) {
    if (
      file.kind !== 'production' ||
      kind !== 'find-many' ||
      !/^(find|findAll|findMany|findBy)$/.test(method) ||
      chain.length > 3
    )
      continue
    if (client === 'knex' || client === 'mongodb') continue
    const around = functionAround(call)
    if (!around) continue
    const returned = around.body?.type === 'BlockStatement' ? valuesReturned(around, file) : [around.body]
    const only = returned.length === 1 ? returned[0] : undefined
    if (only && valueOf(only) === call) found.add(around)
  }
  return found
}

function valueOf(node: Node): Node {
  let at = unwrap(node)
  while (
    at.type === 'CallExpression' &&
    at.callee.type === 'MemberExpression' &&
    at.callee.object.type === 'CallExpression' &&
    isBuilder(at.callee.property)
  )
    at = unwrap(at.callee.object)
  return at
}

function isBuilder(property: Node): boolean {
  return (
    property.type === 'Identifier' &&
    /^(sort|select|populate|lean|exec|skip|limit|where|orderBy|toArray)$/.test(property.name)
  )
}

function firstTest(call: Node, file: SourceFile): Node | undefined {
  let top: Node = call
  for (
    let at = call.parent;
    at && /^(MemberExpression|CallExpression|AwaitExpression|ChainExpression)$/.test(at.type);
    at = at.parent
  ) {
    if (at.type === 'CallExpression' && at.arguments.includes(top as never)) return undefined
    top = at
  }
  if (top.type !== 'AwaitExpression') return undefined
  return firstNegation(top, file, (negation, name) => !asksLength(negation, name, file))
}

/** `!rows || rows.length === 0` asks both. */
function asksLength(node: Node, name: string, file: SourceFile): boolean {
  let top = node
  while (top.parent?.type === 'LogicalExpression') top = top.parent
  return new RegExp(String.raw`\b${name}\??\.length`).test(file.text.slice(top.start, top.end))
}
