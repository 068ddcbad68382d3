import {
  ancestor,
  contains,
  functionAround,
  isLoop,
  literalText,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
  type Of,
} from '../parse/ast.ts'
import { onceFor } from '../parse/once.ts'
import { returnsOf } from '../parse/returns.ts'
import { lookUp } from '../parse/scopes.ts'
import type { SourceFile } from '../parse/source-file.ts'
import { boundBefore, type CallGraph } from './call-graph.ts'
import { canPass } from './flow-of-control.ts'
import type { Handler } from './handlers.ts'
import { handlerOfResponse, isFinal, responsesIn, statusOf, type ResponseCall } from './responses.ts'

/** What a caller gives: an argument, or a property of one. */
export type Given = { of: FunctionNode; index: number; key?: string }

/** A function of the project that answers with the response it is handed, as far as its parameters and its code say. */
export type AnsweringHelper = {
  node: FunctionNode
  file: SourceFile
  /** The parameter that is the response. */
  response: number
  /** Whether every way through it answers. */
  always: boolean
  /** Where it answers. */
  answers: readonly Node[]
  status?: number
  statusFrom?: Given
  /** What of its callers the answer holds. */
  body: readonly Given[]
  /** The method that answers in the end. */
  method: string
}

/** A call of such a function. */
export type HelperAnswer = {
  call: CallNode
  file: SourceFile
  helper: AnsweringHelper
  handler: Handler
  /** The function whose response is handed on, and which of its parameters that is. */
  owner: FunctionNode
  response: number
  status?: number
  /** The arguments that the answer holds. */
  values: readonly Node[]
}

/** The facts that answers are read from. */
export type AnswerInputs = {
  web: {
    handlers: ReadonlyMap<FunctionNode, Handler>
    inRequest: ReadonlyMap<FunctionNode, Handler>
  }
  calls: CallGraph
  sources: ReadonlyMap<string, SourceFile>
}

const known = onceFor((inputs: AnswerInputs) => Map.groupBy(readAnswers(inputs), ({ file }) => file))
const none: readonly HelperAnswer[] = []

/** The calls of a file that answer a request through functions of the project which are handed the response. */
export function helperAnswersIn(file: SourceFile, inputs: AnswerInputs): readonly HelperAnswer[] {
  return known(inputs).get(file) ?? none
}

/** The parameters of the functions around whose values an answer holds. */
export function parametersIn(node: Node, file: SourceFile): Given[] {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression')
    return inner.properties.flatMap((property) =>
      property.type === 'Property' ? parametersIn(property.value, file) : [],
    )
  // `message ?? 'Bad request'`
  if (inner.type === 'LogicalExpression') return parametersIn(inner.left, file)
  if (inner.type === 'MemberExpression') {
    const [whole] = parametersIn(inner.object, file)
    const key = literalText(inner.property) ?? (inner.property.type === 'Identifier' ? inner.property.name : undefined)
    return whole && whole.key === undefined && key !== undefined ? [{ ...whole, key }] : []
  }
  if (inner.type !== 'Identifier') return []
  const binding = lookUp(file.scopes, inner, inner.name)
  if (binding?.kind !== 'parameter' || !binding.parameter || binding.path.length > 1) return []
  const [key] = binding.path
  return [{ ...binding.parameter, ...(key === undefined ? {} : { key }) }]
}

/** Of helpers that call helpers. */
const deepestHelpers = 3

function readAnswers(inputs: AnswerInputs): HelperAnswer[] {
  const found: HelperAnswer[] = []
  let helpers = directHelpers(inputs)
  const seen = new Set(helpers.map(({ node }) => node))
  for (let depth = 0; depth < deepestHelpers && helpers.length > 0; depth += 1) {
    const calls = helpers.flatMap((helper) => [...callsOf(helper, inputs)])
    found.push(...calls)
    const further = calls.filter(({ call, owner }) => functionAround(call) === owner && !seen.has(owner))
    helpers = [...Map.groupBy(further, ({ owner }) => owner).values()].flatMap((own) => indirectHelper(own) ?? [])
    for (const { node } of helpers) seen.add(node)
  }
  return found
}

function directHelpers(inputs: AnswerInputs): AnsweringHelper[] {
  const production = [...inputs.sources.values()].filter(({ kind }) => kind === 'production')
  return production.flatMap((file) => {
    const own = responsesIn(file, inputs.web).filter(
      ({ call, owner }) => functionAround(call) === owner && inputs.calls.sitesOf(owner).length > 0,
    )
    return [...Map.groupBy(own, ({ owner }) => owner)].flatMap(([node, responses]) => {
      const finals = responses.filter((response) => isFinal(response))
      const [first] = finals
      const response = first && responseIndex(node, first, file)
      if (first === undefined || response === undefined) return []
      return {
        node,
        file,
        response,
        ...answersOf(
          node,
          file,
          finals.map(({ call }) => call),
        ),
        ...statusOfAll(finals, responses, file),
        body: finals.flatMap(({ call }) => call.arguments.flatMap((argument) => parametersIn(argument, file))),
        // An object is sent as JSON by whatever sends it.
        method: first.call.arguments[0]?.type === 'ObjectExpression' ? 'json' : first.method,
      }
    })
  })
}

function responseIndex(node: FunctionNode, { call }: ResponseCall, file: SourceFile): number | undefined {
  let at: Node = call
  while (at.type === 'CallExpression' && at.callee.type === 'MemberExpression') at = unwrap(at.callee.object)
  const parameter = at.type === 'Identifier' ? lookUp(file.scopes, at, at.name)?.parameter : undefined
  return parameter?.of === node ? parameter.index : undefined
}

/** The one status of all answers, or what the callers give for it. */
function statusOfAll(
  finals: readonly ResponseCall[],
  all: readonly ResponseCall[],
  file: SourceFile,
): { status?: number; statusFrom?: Given } {
  const statements = all.filter(({ method }) => /^(status|code)$/.test(method)).map(({ call }) => call.arguments[0])
  const nodes = finals.map(({ statusNode }) => statusNode ?? (statements.length === 1 ? statements[0] : undefined))
  const [first, ...rest] = nodes
  if (first === undefined) return {}
  const status = statusOf(first)
  if (status !== undefined) return rest.every((node) => statusOf(node) === status) ? { status } : {}
  const [statusFrom] = rest.length === 0 ? parametersIn(first, file) : []
  return statusFrom ? { statusFrom } : {}
}

function answersOf(
  node: FunctionNode,
  file: SourceFile,
  answers: readonly Node[],
): Pick<AnsweringHelper, 'answers' | 'always'> {
  return { answers, always: alwaysAnswers(node, file, answers) }
}

function alwaysAnswers(node: FunctionNode, file: SourceFile, answers: readonly Node[]): boolean {
  if (node.body?.type !== 'BlockStatement') return answers.length > 0
  const sure = answers.filter(({ parent }) => !/^(Logical|Conditional)Expression$/.test(parent?.type ?? ''))
  const isAnswer = (statement: Node) => sure.some((call) => contains(statement, call) && !isChosen(call, statement))
  return !canPass(node.body, isAnswer) && returnsOf(node, file).every((item) => isAfter(item, isAnswer))
}

/** Whether a `return` answers, or a statement before it in its block has. */
function isAfter(leaving: Of<'ReturnStatement'>, isAnswer: (statement: Node) => boolean): boolean {
  const block = leaving.parent?.type === 'BlockStatement' ? leaving.parent.body : []
  return isAnswer(leaving) || block.some((item) => item.start < leaving.start && isAnswer(item))
}

/** In a loop or a `switch`, which may have nothing for what comes. */
function isChosen(call: Node, within: Node): boolean {
  return (
    ancestor(
      call,
      (at) => (isLoop(at) || at.type === 'SwitchStatement') && contains(within, at),
      within.parent ?? undefined,
    ) !== undefined
  )
}

function* callsOf(helper: AnsweringHelper, { calls, web }: AnswerInputs): Iterable<HelperAnswer> {
  for (const { call, file } of calls.sitesOf(helper.node)) {
    const given = (index: number) => call.arguments[index - boundBefore(helper.node, call)]
    const response = given(helper.response)
    if (file.kind !== 'production' || response?.type !== 'Identifier') continue
    const parameter = lookUp(file.scopes, response, response.name)?.parameter
    const handler = parameter && handlerOfResponse(parameter.of, response.name, web)
    if (!handler) continue
    const status = helper.status ?? statusGiven(helper, given)
    yield {
      call,
      file,
      helper,
      handler,
      owner: parameter.of,
      response: parameter.index,
      ...(status === undefined ? {} : { status }),
      values: helper.body.flatMap((part) => valueGiven(part, given) ?? []),
    }
  }
}

function valueGiven({ index, key }: Given, given: (index: number) => Node | undefined): Node | undefined {
  const argument = given(index)
  return key === undefined ? argument : propertyOf(argument, key)
}

function statusGiven(
  { statusFrom, node }: AnsweringHelper,
  given: (index: number) => Node | undefined,
): number | undefined {
  if (!statusFrom) return undefined
  const parameter = node.params[statusFrom.index]
  const usual = parameter?.type === 'AssignmentPattern' ? parameter.right : undefined
  return statusOf(valueGiven(statusFrom, given) ?? usual)
}

/** A function that answers through helpers alone. */
function indirectHelper(own: readonly HelperAnswer[]): AnsweringHelper | undefined {
  const [first, ...rest] = own
  if (!first) return undefined
  const { owner, file, helper, status, call } = first
  const isOne = rest.every((other) => other.status === status)
  return {
    node: owner,
    file,
    response: first.response,
    ...answersOf(
      owner,
      file,
      own.flatMap((answer) => (answer.helper.always ? answer.call : [])),
    ),
    ...(isOne && status !== undefined ? { status } : {}),
    ...(rest.length === 0 ? statusHandedOn(helper, call, file) : {}),
    body: own.flatMap(({ values }) => values.flatMap((value) => parametersIn(value, file))),
    method: helper.method,
  }
}

function statusHandedOn(
  { statusFrom, node }: AnsweringHelper,
  call: CallNode,
  file: SourceFile,
): { statusFrom?: Given } {
  const argument = statusFrom && valueGiven(statusFrom, (index) => call.arguments[index - boundBefore(node, call)])
  const [given] = argument ? parametersIn(argument, file) : []
  return given ? { statusFrom: given } : {}
}
