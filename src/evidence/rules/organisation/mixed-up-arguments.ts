import type { Codebase } from '../../codebase.ts'
import { functionAround, keyOf, parameterName, pathOf, type CallNode, type FunctionNode } from '../../parse/ast.ts'
import type { CallSite } from '../../facts/call-graph.ts'
import { atOnce } from '../../parse/once.ts'
import type { SourceFile } from '../../parse/source-file.ts'
import { purposeOf, textOf } from '../places.ts'
import type { Rule } from '../rule.ts'

export const mixedUpArguments: Rule = {
  id: 'mixed-up-arguments',
  category: 'bug',
  severity: 'high',
  confidence: 'high',
  title: 'A function is given something else than it asks for',
  why: 'Arguments count by their place, whatever they are called: the function takes one value for the other.',
  effects: { safety: 'The wrong row is read or written.' },
  fix: {
    say: 'Give the values in the order of the parameters.',
    code: {
      any: 'const transfer = (from, to, amount) => move({ from, to, amount })\nawait transfer(from, to, amount)',
    },
  },
  sources: ['https://cwe.mitre.org/data/definitions/683.html'],
  limits: 'Functions of the project whose parameters and arguments go by names.',
  *find(codebase) {
    for (const file of codebase.production) {
      for (const call of givenNames(file)) {
        const target = codebase.calls.targetOf(call)
        const pair = target && swapped(call, target.node)
        if (!pair || isMeantSo(pair, call, target.node, file, codebase)) continue
        yield {
          file,
          node: call,
          ...(isNeverCalled(functionAround(call), file, codebase) ? { severity: 'low' as const } : {}),
          message: `\`${pair[0]}\` is given where \`${pair[1]}\` is asked for, and the other way round: \`${textOf(call, file, 60)}\`.`,
        }
      }
    }
  },
}

/** A method whose name stands nowhere else does nothing wrong until somebody calls it. */
function isNeverCalled(
  node: FunctionNode | undefined,
  file: SourceFile,
  { calls, production, web }: Codebase,
): boolean {
  const name = node?.parent?.type === 'MethodDefinition' ? keyOf(node.parent) : undefined
  if (!node || name === undefined || web.handlers.has(node) || calls.sitesOf(node).length > 0) return false
  return production.every((other) => (other === file ? file.text.split(name).length === 2 : !other.names.has(name)))
}

/** Calls with two names and more among their arguments. */
const givenNames = atOnce((file: SourceFile) =>
  file.calls.filter(
    ({ arguments: given }) => given.length > 1 && given.filter(({ type }) => type === 'Identifier').length > 1,
  ),
)

/** Two arguments of which each bears the name of the other’s parameter. */
function swapped(call: CallNode, target: FunctionNode): [string, string] | undefined {
  if (target.params.length < 2 || call.arguments.length < 2) return undefined
  const names = target.params.map((parameter) => parameterName(parameter)?.name)
  const given = givenTo(call)
  for (const [index, name] of given.entries()) {
    const asked = names[index]
    const other = name === undefined || name === asked ? -1 : names.indexOf(name)
    if (name !== undefined && asked !== undefined && other > index && given[other] === asked) return [name, asked]
  }
  return undefined
}

/** What can stand in either order is turned round on purpose: two of a kind, two ends of a range, to compare or to go back. */
function isMeantSo(
  pair: readonly [string, string],
  call: CallNode,
  target: FunctionNode,
  file: SourceFile,
  codebase: Codebase,
): boolean {
  if (pair.some((name) => name.length < 3 || eitherWay.test(name))) return true
  if (turning.test(pathOf(call.callee)) || turning.test(purposeOf(codebase, call))) return true
  const around = functionAround(call)
  const sites = codebase.calls.sitesOf(target)
  return (
    sites.some((site) => site.call !== call && site.file === file && functionAround(site.call) === around) ||
    isAskedBothWays(sites)
  )
}

/** One function asks for both directions: whose request to whom. */
function isAskedBothWays(sites: readonly CallSite[]): boolean {
  return sites.some(({ call }) => {
    const [one, other] = givenTo(call)
    return sites.some((site) => {
      const [first, second] = givenTo(site.call)
      return one !== other && first === other && second === one && functionAround(site.call) === functionAround(call)
    })
  })
}

function givenTo({ arguments: given }: CallNode): (string | undefined)[] {
  return given.map((argument) => (argument.type === 'Identifier' ? argument.name : undefined))
}

const eitherWay =
  /^(min|max|from|to|start|end|first|second|left|right|before|after|old|new|prev|next|low|high|other|base|src|dest|source|target|lower|upper|expected|actual|one|two)[A-Z_\d]?\w*$|[12]$/
const turning = /same|rev|swap|opposite|inver|compar|equal|sort|diff|toggle|flip|back|incoming|recei|mutual/i
