import { functionAround, parameterName, type FunctionNode } from '../parse/ast.ts'
import { once } from '../parse/once.ts'
import type { SourceFile } from '../parse/source-file.ts'

const wrappers =
  /catch_?async|async_?(handler|wrap|middleware|catch|route)|wrap_?(async|handler|route)?|try_?catch|safe_?handler|promise_?handler|expressify/i

/** Whether a file is named as a wrapper of async handlers, or has one: a function in a function that awaits a parameter of the outer and hands on what it throws. */
export const isWrapper = once(
  (file: SourceFile) => wrappers.test(file.path) || file.functions.some((node) => wraps(node, file)),
)

function wraps(node: FunctionNode, file: SourceFile): boolean {
  const outer = functionAround(node)
  if (!outer || node.params.length < 2) return false
  const given = outer.params.flatMap((param) => parameterName(param)?.name ?? [])
  const text = file.text.slice(node.start, node.end)
  const called = given.some((name) => new RegExp(String.raw`(await|return|resolve\(|=>)\s*\b${name}\(`).test(text))
  const next = node.params.flatMap((param) => parameterName(param)?.name ?? []).find((name) => /next/i.test(name))
  return called && next !== undefined && new RegExp(String.raw`catch\b[\s\S]*\b${next}\b`).test(text)
}

/** Whether a file names a wrapper of async handlers. */
export const mentionsWrapper = once((file: SourceFile) => wrappers.test(file.text))
