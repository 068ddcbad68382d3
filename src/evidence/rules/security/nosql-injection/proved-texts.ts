import type { Codebase } from '../../../codebase.ts'
import type { CallGraph } from '../../../facts/call-graph.ts'
import type { Trace } from '../../../facts/trace.ts'
import { functionAround, functionName, parameterName, type FunctionNode, type Node } from '../../../parse/ast.ts'
import { atOnce, onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'

/** Whether a value is a text by the time it is compared: a function that asks for one refused others, or its signature was checked. */
export function isProvedText(trace: Trace, node: Node, file: SourceFile, codebase: Codebase): boolean {
  const names = [trace.keys.at(-1), ...trace.bindings.map((binding) => binding.name)].filter(
    (name): name is string => name !== undefined && !/^(req|request|ctx|body|query)$/.test(name),
  )
  return areasBefore(node, file, codebase.calls).some((before) =>
    names.some((name) => isVerified(name, before, codebase) || isRefused(name, before, textTests(codebase))),
  )
}

/** The code that runs before a place: of its function and, where that has one caller, of the caller. */
function areasBefore(node: Node, file: SourceFile, calls: CallGraph, depth = 0): string[] {
  const around = outermost(node)
  const before = file.text.slice(around?.start ?? 0, node.start)
  const [only, ...others] = around ? calls.sitesOf(around) : []
  return only && others.length === 0 && depth < 2
    ? [before, ...areasBefore(only.call, only.file, calls, depth + 1)]
    : [before]
}

function outermost(node: Node): FunctionNode | undefined {
  let found: FunctionNode | undefined
  for (let at = functionAround(node); at; at = functionAround(at)) found = at
  return found
}

/** `jwt.verify(token, key)` throws for whatever is no text, and so does a helper that does no more than that. */
function isVerified(name: string, before: string, codebase: Codebase): boolean {
  if (verified(name).test(before)) return true
  const called = new RegExp(String.raw`\b(\w+)\(\s*${escaped(name)}\s*[,)]`, 'g')
  return [...before.matchAll(called)].some(([, helper = '']) => verifiers(codebase).has(helper))
}

function verified(name: string): RegExp {
  return new RegExp(String.raw`\b\w*(jwt|jsonwebtoken)\w*\.verify\w*\(\s*${escaped(name)}\s*,`, 'i')
}

function failsLoudly(body: string): boolean {
  return !/\bcatch\b/.test(body) || /\bcatch\b[^{}]*\{[^{}]*\bthrow\b/.test(body)
}

/** Functions of the project that hand their first parameter to `jwt.verify`. */
const verifiers = onceFor(({ production }: Codebase) => new Set(production.flatMap(verifiersIn)))

const verifiersIn = atOnce((file: SourceFile): string[] =>
  /(jwt|jsonwebtoken)\w*\.verify/i.test(file.text)
    ? file.functions.flatMap((node) => {
        const first = parameterName(node.params[0])?.name
        const name = functionName(node)
        const body = node.body ? file.text.slice(node.body.start, node.body.end) : ''
        return first !== undefined && name !== undefined && verified(first).test(body) && failsLoudly(body)
          ? [name]
          : []
      })
    : [],
)

/** `if (!isText(name)) throw …` */
function isRefused(name: string, before: string, tests: ReadonlySet<string>): boolean {
  const asked = new RegExp(
    String.raw`\bif\s*\([^{;]*!\s*(?:\w+\.)?(\w+)\(\s*(?:[\w.]+\.)?${escaped(name)}\s*\)[^{;]*\)\s*\{?\s*(throw|return|ctx\.throw)\b`,
    'g',
  )
  return [...before.matchAll(asked)].some(([, test]) => test !== undefined && tests.has(test))
}

function escaped(name: string): string {
  return name.replaceAll('$', String.raw`\$`)
}

/** Functions that hold for texts alone: `const isText = (value) => typeof value === 'string'`. */
const textTests = onceFor(({ production }: Codebase) => new Set(production.flatMap(testsIn)))

const testsIn = atOnce((file: SourceFile): string[] => {
  if (!/typeof \w+ ===? ['"]string['"]/.test(file.text)) return []
  return file.functions.flatMap((node) => {
    const [only, more] = node.params.map((parameter) => parameterName(parameter)?.name)
    const name = functionName(node)
    const body = node.body ? file.text.slice(node.body.start, node.body.end) : ''
    const asks = new RegExp(String.raw`^(\{\s*return\s+)?\(?\s*typeof ${only} ===? ['"]string['"](\s*&&[^|]*)?$`)
    return only !== undefined && more === undefined && name !== undefined && asks.test(body) ? [name] : []
  })
})
