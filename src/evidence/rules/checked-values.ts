import { contains, functionAround, type FunctionNode, type Node } from '../parse/ast.ts'
import type { Trace } from '../facts/trace.ts'
import type { SourceFile } from '../parse/source-file.ts'

/** `startsWith('/')` and `startsWith('http')` tell kinds of addresses apart; they refuse nothing. */
const harmlessStart = /\.startsWith\(\s*['"`](\/|https?:?\/{0,2}|\.\/|)['"`]\s*\)/g

/**
 * Whether an `if` before the sink, or in a function the value comes through, tests one of the names the value goes by
 * and leaves when it does not fit.
 */
export function isChecked(trace: Trace, sink: Node, file: SourceFile): boolean {
  const around = outermost(trace, sink, file)
  const area = (around ? file.text.slice(around.start, sink.start) : file.text.slice(0, sink.start)).replace(
    harmlessStart,
    '',
  )
  const names = new Set([...trace.bindings.map((binding) => binding.name), trace.keys.at(-1) ?? ''])
  if ([...names].some((name) => isValueName(name) && testsOf(name).test(area))) return true
  const { node, file: source } = trace.source
  const key = trace.keys.at(-1) ?? ''
  const reader = source === file ? undefined : functionAround(node)
  if (reader && isValueName(key) && refusedUnlessListed(key).test(source.text.slice(reader.start, reader.end)))
    return true
  return trace.bindings.some((binding, index) => {
    const home = functionAround(binding.node)
    const text = home && home !== around ? trace.files[index]?.text.slice(home.start, home.end) : undefined
    return text !== undefined && isValueName(binding.name) && listed(binding.name).test(text)
  })
}

/** The function around the sink, or one around that in which the value has its name. */
function outermost(trace: Trace, sink: Node, file: SourceFile): FunctionNode | undefined {
  const homes = trace.bindings.flatMap(({ node }, index) =>
    trace.files[index] === file ? (functionAround(node) ?? []) : [],
  )
  return homes
    .filter((home) => contains(home, sink))
    .reduce((inner, home) => (inner && contains(home, inner) ? home : inner), functionAround(sink))
}

/** `if (!types.includes(req.params.type)) return next()`. */
function refusedUnlessListed(name: string): RegExp {
  return new RegExp(
    String.raw`\bif\s*\([^;{}]*\.(includes|indexOf|has)\(\s*[\w$.]*\b${escaped(name)}\b\s*\)[^;{}]*\)\s*\{?\s*(return|throw|next|res\b)`,
  )
}

function isValueName(name: string): boolean {
  return name.length > 0 && !/^(req|request|ctx|res|c)$/.test(name)
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function testsOf(name: string): RegExp {
  const word = String.raw`\b${escaped(name)}\b`
  const member = String.raw`[\w$.]*${word}`
  return new RegExp(
    String.raw`(\.(includes|has|test|indexOf|startsWith|hasOwn)\(\s*${member}|\b(is[A-Z]\w*|validate\w*|valid\w*|check\w*|assert\w*|allow\w*)\([^)]*${word}|${word}[\w$.]*\.startsWith\(|${word}\.indexOf\([^)]*\)\s*[!=]==?|\bin\s+\w*(allowed|map|valid)\w*|switch\s*\(\s*${member}\s*\)|${hostCompared(word)}|${kept(word)})`,
    'i',
  )
}

/** Taken only when it is a key of what the service has, or equals what it kept. */
function listed(name: string): RegExp {
  const word = String.raw`\b${escaped(name)}\b`
  return new RegExp(
    String.raw`${kept(word)}|${hostCompared(word)}|\bif\s*\(\s*!?\s*[\w$.]+\.test\(\s*${word}\s*\)|\/\^[^\n]*\$\/\w*\.test\(\s*${word}\s*\)`,
    'i',
  )
}

/** `if (target.origin !== base.origin)`. */
function hostCompared(word: string): string {
  return String.raw`\bif\s*\([^{};]*${word}\.(origin|host|hostname)\b`
}

function kept(word: string): string {
  return String.raw`${word}\s*=\s*(await\s+)?[\w$.]*(sanitiz|clean|escape)\w*\(\s*${word}|\bif\s*\(\s*!?\s*[\w.]+\[\s*${word}\s*\]\s*\)|\bif\s*\(\s*${word}\s*!==?\s*[\w$.]*(cookie|session|stored|saved|expected|state|signed|nonce)\w*\s*\)\s*\{?\s*(return|throw)`
}
