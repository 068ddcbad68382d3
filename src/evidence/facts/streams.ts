import { ancestor, functionAround, isFunction, keyOf, literalText, pathOf, unwrap, type Node } from '../parse/ast.ts'
import { lineAt, type SourceFile } from '../parse/source-file.ts'
import type { CallIndex, FoundCall } from './call-index.ts'
import type { Meanings } from './meaning.ts'
import { repeatOf } from './repetition.ts'

export type StreamUse = {
  /** `pipe` passes no errors on, `pipeline` does; a `write` stands in a loop or a listener for data. */
  kind: 'pipe' | 'pipeline' | 'write'
  call: FoundCall['call']
  file: SourceFile
  line: number
  source?: string
  target: string
  /** An error of any stream in it is looked at where it stands. */
  handlesErrors: boolean
  /** A `write` whose answer is looked at, or whose stream is waited for when it is full. */
  waits: boolean
}

const streamMakers =
  /^(fs|fs-extra|graceful-fs)\.create(Read|Write)Stream\(\)|^zlib\.create\w+\(\)|^stream\.|^crypto\.create(Cipheriv|Decipheriv|Hash)\(\)|^archiver\(\)|^csv-\w+|^fast-csv|^JSONStream|^process\.(stdin|stdout|stderr)|^pdfkit\(\)|^through2|^busboy\(\)|^tar\.|^unzipper\.|^sharp\(\)/
const streamNames =
  /(^|\.|_)(\w*(stream|Stream)|res|resp|response|reply\.raw|res\.raw|ctx\.res|req|archive|gzip|gunzip|stdout|stdin|stderr|writer|busboy|socket|passThrough)(\(\))?$/

/** Uses of streams: what is piped where, and what is written without waiting. */
export function readStreams(index: CallIndex, meanings: Meanings): StreamUse[] {
  const pipes = index.methods('pipe').flatMap((found) => pipeOf(found, meanings))
  const pipelines = index.named(/^stream(\.promises|\/promises)?\.pipeline$|^pump$|^pumpify$/).map((found) => ({
    ...base(found),
    kind: 'pipeline' as const,
    target: pathOf(found.call.arguments.findLast((item) => !isFunction(item)) ?? found.call),
    handlesErrors: true,
    waits: true,
  }))
  return [...pipes, ...pipelines, ...index.methods('write').flatMap((found) => writeOf(found, meanings))]
}

function base({ call, file }: FoundCall) {
  return { call, file, line: lineAt(file.lineStarts, call.start) }
}

function pipeOf(found: FoundCall, meanings: Meanings): StreamUse[] {
  const { call, file } = found
  const target = call.arguments[0]
  if (!target || call.callee.type !== 'MemberExpression' || call.arguments.length > 2) return []
  const source = call.callee.object
  if (meanings.nameOf(target, file).startsWith('rxjs')) return []
  if (!isStream(source, file, meanings) && !isStream(target, file, meanings)) return []
  return [
    {
      ...base(found),
      kind: 'pipe',
      source: pathOf(source),
      target: pathOf(target),
      handlesErrors: /\.(on|once)\(\s*['"]error|\bpipeline\(|\bfinished\(|\bpump\(/.test(textAround(call, file)),
      waits: true,
    },
  ]
}

/** By what made it, or by a name that only streams have. */
function isStream(node: Node, file: SourceFile, meanings: Meanings): boolean {
  const inner = unwrap(node)
  const name = meanings.nameOf(inner, file)
  if (name !== '') return streamMakers.test(name)
  return streamNames.test(pathOf(inner)) && !isFunction(inner)
}

/** A write that happens many times: in a loop, in an iteration, or for each piece of data that arrives. */
function writeOf(found: FoundCall, meanings: Meanings): StreamUse[] {
  const { call, file } = found
  if (call.callee.type !== 'MemberExpression' || call.arguments.length === 0) return []
  const target = call.callee.object
  if (!isStream(target, file, meanings) || /^process\.std(out|err)$/.test(pathOf(target))) return []
  const repeated = repeatOf(call) ?? dataListener(call)
  if (!repeated) return []
  const name = pathOf(target)
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const area = textAround(call, file)
  const waits =
    call.parent?.type !== 'ExpressionStatement' ||
    /['"]drain['"]|writableNeedDrain|waitForDrain/.test(area) ||
    new RegExp(String.raw`await\s+(\w+\(\s*)?${escaped}\b|pause\(\)[^\n]*${escaped}|${escaped}[^\n]*pause\(\)`).test(
      area,
    )
  return [{ ...base(found), kind: 'write', target: name, handlesErrors: true, waits }]
}

/** The listener for `data` a node stands in. */
function dataListener(node: Node): Node | undefined {
  const around = functionAround(node)
  const call = around?.parent
  if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined
  return keyOf(call.callee) === 'on' && literalText(call.arguments[0]) === 'data' ? call : undefined
}

/** The outermost function around a node: listeners of a stream stand beside it, not inside. */
function textAround(node: Node, file: SourceFile): string {
  let outer: Node | undefined = functionAround(node)
  for (let up = outer && ancestor(outer, isFunction); up; up = ancestor(up, isFunction)) outer = up
  return outer ? file.text.slice(outer.start, outer.end) : file.text
}
