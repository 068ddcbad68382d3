import type { Codebase } from '../codebase.ts'
import type { CallSite } from '../facts/call-graph.ts'
import { functionAround, keyOf, literalText, unwrap, type FunctionNode, type Node, type Of } from '../parse/ast.ts'
import { resultsOf } from '../parse/returns.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** Whether request input can decide the host of a URL: it stands before any fixed scheme and host. */
export function startsWithInput(node: Node, file: SourceFile, codebase: Codebase, way = start): boolean {
  const inner = unwrap(node)
  if (way.depth > 10) return codebase.flow.trace(inner, file) !== undefined
  const next = { ...way, depth: way.depth + 1 }
  const head = headOf(inner)
  if (head === undefined) {
    if (inner.type === 'Identifier') {
      const binding = lookUp(file.scopes, inner, inner.name)
      const values = [...(binding?.init ? [binding.init] : []), ...(binding?.writes ?? [])]
      if (binding && binding.kind !== 'parameter' && binding.path.length === 0 && values.length > 0) {
        return values.some((value) => startsWithInput(value, file, codebase, next))
      }
    }
    const parts = partsBefore(inner, file, codebase, way)
    if (parts)
      return parts.some((part) => startsWithInput(part.node, part.file, codebase, { ...next, ...part.through }))
    const trace = codebase.flow.trace(inner, file)
    if (!trace?.joined || trace.joined.node === inner) return trace !== undefined
    return startsWithInput(trace.joined.node, trace.joined.file, codebase, next)
  }
  const text = literalText(head)
  if (text === '') return startsWithInput(restOf(inner) ?? inner, file, codebase, next)
  if (text !== undefined) return /^(https?:\/{0,2}|\/\/)[^/]*$/i.test(text) && restTraced(inner, file, codebase)
  return startsWithInput(head, file, codebase, next)
}

/** How far the search has come, and the calls it came through. */
type Way = { depth: number; sites: ReadonlyMap<FunctionNode, CallSite> }
const start: Way = { depth: 0, sites: new Map() }

type Part = { node: Node; file: SourceFile; through?: Pick<Way, 'sites'> }

/** What an expression takes its beginning from: branches, what a called function returns, what callers give. */
function partsBefore(node: Node, file: SourceFile, codebase: Codebase, { sites }: Way): Part[] | undefined {
  if (node.type === 'ConditionalExpression')
    return [node.consequent, node.alternate].map((part) => ({ node: part, file }))
  if (node.type === 'LogicalExpression') return [node.left, node.right].map((part) => ({ node: part, file }))
  if (node.type === 'CallExpression') return madeBy(node, file, codebase, sites)
  if (node.type !== 'Identifier') return undefined
  const parameter = lookUp(file.scopes, node, node.name)?.parameter
  if (!parameter || codebase.web.handlers.has(parameter.of)) return undefined
  const known = sites.get(parameter.of)
  const given = (known ? [known] : codebase.calls.sitesOf(parameter.of)).flatMap((site): Part[] => {
    const argument = site.call.arguments[parameter.index]
    return argument ? [{ node: argument, file: site.file }] : []
  })
  return given.length > 0 && given.length < 20 ? given : undefined
}

function madeBy(
  call: Of<'CallExpression'>,
  file: SourceFile,
  codebase: Codebase,
  sites: Way['sites'],
): Part[] | undefined {
  const { callee } = call
  if (callee.type === 'MemberExpression' && /^(replace|replaceAll|concat|trim|toString)$/.test(keyOf(callee) ?? ''))
    return [{ node: callee.object, file }]
  const maker = codebase.calls.targetOf(call) ?? codebase.meanings.functionOf(callee, file)
  if (!maker) return undefined
  const through = { sites: new Map([...sites, [maker.node, { call, file }]]) }
  const made = resultsOf(maker.node, maker.file).map((node) => ({ node, file: maker.file, through }))
  return made.length > 0 ? made : undefined
}

/** The first part of a concatenation or template; undefined for anything else. */
export function headOf(node: Node): Node | undefined {
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    let left: Node = node.left
    while (left.type === 'BinaryExpression') left = left.left
    return left
  }
  if (node.type !== 'TemplateLiteral' || node.expressions.length === 0) return undefined
  const text = node.quasis[0]?.value.cooked ?? ''
  if (text === '') return node.expressions[0]
  return { type: 'Literal', value: text, raw: text, start: node.start, end: node.start }
}

function restOf(node: Node): Node | undefined {
  return node.type === 'BinaryExpression' ? node.right : undefined
}

/** `http://` followed at once by input: the host is the caller's. */
function restTraced(node: Node, file: SourceFile, { flow }: Codebase): boolean {
  if (node.type === 'TemplateLiteral') {
    const first = node.expressions[0]
    return first !== undefined && flow.trace(first, file) !== undefined
  }
  if (node.type !== 'BinaryExpression') return false
  let at: Node = node
  while (at.type === 'BinaryExpression' && at.left.type === 'BinaryExpression') at = at.left
  return at.type === 'BinaryExpression' && flow.trace(at.right, file) !== undefined
}

/**
 * Whether the host of an address is looked at before it is used, here or by the name it was parsed to:
 * `if (!hosts.includes(new URL(address).hostname)) return`.
 */
export function isHostTested(url: Node, file: SourceFile): boolean {
  const around = functionAround(url)
  const written = file.text.slice(url.start, url.end).replace(/\.(href|toString\(\))$/, '')
  if (!around || written.length > longestAddress) return false
  const before = file.text.slice(around.start, url.start)
  const parser = String.raw`new URL\(\s*${RegExp.escape(written)}\s*(,[^()]*)?\)`
  const [, parsed] = new RegExp(String.raw`\b(\w+)\s*=\s*${parser}`).exec(before) ?? []
  const names = [written, ...(parsed === undefined ? [] : [parsed])].map((name) => `(?<![.\\w])${RegExp.escape(name)}`)
  const host = String.raw`(${[parser, ...names].join('|')})\.(hostname|host|origin)\b`
  return new RegExp(String.raw`\w\(\s*${host}|${host}\s*[!=]==?|${host}\.(endsWith|match)\(`).test(before)
}

const longestAddress = 80
