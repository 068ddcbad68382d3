import type { Codebase } from '../../../codebase.ts'
import { bodyText, handlerAround } from '../../../facts/responses.ts'
import { keyOf, type CallNode, type FunctionNode, type Of } from '../../../parse/ast.ts'
import { atOnce } from '../../../parse/once.ts'
import { lookUp } from '../../../parse/scopes.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isValidated, lineOf } from '../../places.ts'
import type { Rule } from '../../rule.ts'
import { checksField, fieldsOfBody, placeOf, toldText, usesSchema } from './checks.ts'
import { weightOf } from './weight.ts'

const assignedFields = atOnce((file: SourceFile) =>
  file.assignments.filter(
    ({ left, right }) =>
      left.type === 'MemberExpression' &&
      (right.type === 'Identifier' || /req(uest)?\.(body|query)\.\w/.test(file.text.slice(right.start, right.end))),
  ),
)

/** `user.name = req.body.name` and then `save()`. */
export function* savedFields(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const assignment of assignedFields(file)) {
      const handler = handlerAround(assignment, codebase.web.handlers)
      if (
        !handler ||
        reported.has(handler.node) ||
        /^(res|req|ctx)/.test(file.text.slice(assignment.left.start, assignment.left.end))
      )
        continue
      const trace = codebase.flow.trace(assignment.right, file)
      if (
        !trace ||
        (assignment.right.type === 'Identifier' && trace.kind !== 'body') ||
        isValidated(codebase, trace) ||
        !/\.(save|update|insert\w*|create)\(/.test(bodyText(handler.node, handler.file))
      )
        continue
      const text = toldText(handler)
      if (usesSchema(text) || checksField(trace, text)) continue
      reported.add(handler.node)
      yield {
        file,
        ...(trace.source.file === file ? placeOf(trace) : { node: assignment, line: lineOf(assignment, file) }),
        ...weightOf(codebase, handler, [...trace.keys.slice(-1), ...fieldsOfBody(text)]),
        message: `\`${trace.source.text}\` is stored unchecked.`,
      }
    }
  }
}

type Made = { call: CallNode; data: Of<'ObjectExpression'>; name: string }

const madeOfFields = atOnce((file: SourceFile): readonly Made[] =>
  file.calls.flatMap((call): Made[] => {
    const [data] = call.arguments
    if (call.type === 'CallExpression' && call.callee.type === 'MemberExpression' && keyOf(call.callee) === 'push') {
      const made = data?.type === 'Identifier' ? lookUp(file.scopes, data, data.name)?.init : data
      return made?.type === 'ObjectExpression' && call.callee.object.type === 'MemberExpression'
        ? [{ call, data: made, name: '' }]
        : []
    }
    return call.type === 'NewExpression' &&
      data?.type === 'ObjectExpression' &&
      call.callee.type === 'Identifier' &&
      /^[A-Z]/.test(call.callee.name)
      ? [{ call, data, name: call.callee.name }]
      : []
  }),
)

/** `new Order({ items, address })` with fields of the body, and then `save()`. */
export function* builtModels(codebase: Codebase, reported: Set<FunctionNode>): ReturnType<Rule['find']> {
  for (const file of codebase.production) {
    for (const { call, data, name } of madeOfFields(file)) {
      const handler = handlerAround(call, codebase.web.handlers)
      if (!handler || reported.has(handler.node) || (name !== '' && !isModelName(codebase, name))) continue
      const text = toldText(handler)
      if (!/\.save\(/.test(text) || usesSchema(text)) continue
      const traces = data.properties.flatMap(
        (property) => (property.type === 'Property' && codebase.flow.trace(property.value, file)) || [],
      )
      const open = traces.filter(
        (trace) => trace.kind === 'body' && !isValidated(codebase, trace) && !checksField(trace, text),
      )
      const [first] = open
      if (!first || open.length < 2) continue
      reported.add(handler.node)
      yield {
        file: first.source.file,
        ...placeOf(first),
        ...weightOf(
          codebase,
          handler,
          open.flatMap(({ keys }) => keys.slice(-1)),
        ),
        message: `${open.length} fields of the body go into \`${name || 'the record'}\` unchecked.`,
        steps: first.steps,
      }
    }
  }
}

function isModelName(codebase: Codebase, name: string): boolean {
  const plain = name.toLowerCase()
  return (
    codebase.queries.some((query) => query.model?.toLowerCase() === plain) ||
    codebase.entities.some((entity) => entity.name.toLowerCase() === plain)
  )
}
