import type { Codebase } from '../../../codebase.ts'
import { contains, functionAround, keyOf, unwrap, type CallNode, type Node, type Of } from '../../../parse/ast.ts'
import { goingBy, plainCallsOf } from '../../../parse/by-name.ts'
import type { Query } from '../../../facts/queries.ts'
import { atOnce, onceFor } from '../../../parse/once.ts'
import type { SourceFile } from '../../../parse/source-file.ts'
import { isChecked } from '../../checked-values.ts'
import { isValidated, sourceText } from '../../places.ts'
import type { Match } from '../../rule.ts'
import { owners } from './privileged-fields.ts'
import { isWhole, isWholePart, letsMoreThrough } from './whole-inputs.ts'
import { callersOf } from '../../callers.ts'
import { wholeClass, wholeSchema } from './words.ts'
import { gainOf, severityFor, type Gain } from './gain.ts'
import { dataOf } from './written-data.ts'

/** The body as it came, or a class of it that lets more through, goes into the database. */
export const wholeBodies = onceFor((codebase: Codebase): readonly Match[] => [...readWholeBodies(codebase)])

function* readWholeBodies(codebase: Codebase): Iterable<Match> {
  for (const query of codebase.queries) {
    if (query.file.kind !== 'production' || !/insert|update/.test(query.kind)) continue
    for (const data of dataOf(query))
      yield* wholeBody(codebase, data, query.file, takerOf(data, query), gainOf(codebase, query.model, keptFrom(data)))
  }
  for (const file of codebase.production) {
    for (const { call, name, data } of constructions(file))
      if (isModel(codebase, name) && !isPlainClass(call.callee, file, codebase))
        yield* wholeBody(codebase, data, file, call, gainOf(codebase, name, keptFrom(data)))
  }
  for (const { call, file } of codebase.index.named(/^(Object\.assign|lodash\.(assign|extend|merge))$/)) {
    const target = call.arguments[0]
    const value = call.arguments[1]
    if (
      !target ||
      !value ||
      target.type === 'ObjectExpression' ||
      !(
        /^(user|account|doc|entity|model|product|post|order|item|record|\w*User|existing)$/i.test(
          file.text.slice(target.start, target.end),
        ) || isSavedAfter(target, call, file)
      )
    )
      continue
    yield* wholeBody(codebase, value, file, call, 'rights')
  }
}

/** `{ ...body, ownerId }`: what stands after the body is not the caller’s to set. */
function keptFrom(data: Node): ReadonlySet<string> {
  const value = unwrap(data)
  const parts = value.type === 'ObjectExpression' ? value.properties : []
  const spread = parts.findLastIndex((part) => part.type === 'SpreadElement')
  return new Set(spread < 0 ? [] : parts.slice(spread + 1).flatMap((part) => keyOf(part) ?? []))
}

/** The call that takes the data: of the query, or the one that made what the query saves. */
function takerOf(data: Node, query: Query): Node {
  return contains(query.call, data) ? query.call : (data.parent ?? query.call)
}

/** `Object.assign(found, body)`, and the record, or what the call gives back, is saved. */
function isSavedAfter(target: Node, call: Node, file: SourceFile): boolean {
  const around = functionAround(call)
  if (target.type !== 'Identifier' || !around) return false
  const holder =
    call.parent?.type === 'VariableDeclarator' && call.parent.id.type === 'Identifier'
      ? call.parent.id.name
      : target.name
  const after = file.text.slice(call.end, around.end)
  return [target.name, holder].some((name) =>
    new RegExp(String.raw`\b(save|persist\w*)\(\s*${name}\b|\b${name}\.save\(`).test(after),
  )
}

/** `new User(data)`. */
const constructions = atOnce((file: SourceFile) =>
  goingBy(plainCallsOf(file), /^[A-Z]|Model$/).flatMap((call): { call: CallNode; name: string; data: Node }[] => {
    if (call.callee.type !== 'Identifier') return []
    const data = call.arguments[0]
    // Mongoose makes a document without `new` too: `usersModel(req.body)`.
    if (call.type === 'CallExpression')
      return data && call.callee.name.endsWith('Model') ? [{ call, name: call.callee.name, data }] : []
    return data && /^(?!(Set|Map|Date|URL|Array|Promise|Error)$)[A-Z]/.test(call.callee.name)
      ? [{ call, name: call.callee.name, data }]
      : []
  }),
)

function* wholeBody(codebase: Codebase, data: Node, file: SourceFile, call: Node, gain: Gain): Iterable<Match> {
  const value = unwrap(data)
  const parts =
    value.type === 'ObjectExpression'
      ? value.properties.filter(
          (property) => property.type === 'SpreadElement' || /^(data|\$set)$/.test(keyOf(property) ?? ''),
        )
      : [value]
  if (value.type === 'ObjectExpression') yield* overwritten(codebase, value, file)
  for (const part of parts) {
    const inner = part.type === 'Property' ? part.value : part
    if (part.type === 'Property' && inner.type === 'ObjectExpression') {
      yield* wholeBody(codebase, inner, file, call, gain)
      continue
    }
    if (!/^(Identifier|MemberExpression|SpreadElement|CallExpression)$/.test(inner.type)) continue
    const trace = codebase.flow.trace(inner, file)
    if (
      !trace ||
      !(isWhole(trace, codebase) || (isWholePart(trace) && trace.bindings.length < 3 && isDocument(call))) ||
      trace.inText ||
      trace.marks.size > 0
    )
      continue
    const named = isValidated(codebase, trace)
    const more = named ? letsMoreThrough(codebase, trace) : undefined
    if ((named && !more) || isChecked(trace, call, file)) continue
    const callers = callersOf(trace, codebase)
    if (callers === 'administrators') continue
    yield {
      file,
      node: call,
      ...severityFor(gain, trace, codebase),
      ...(named ? { confidence: 'medium' as const } : {}),
      ...(gain !== 'nothing' && (named || callers === 'those with a role') ? { severity: 'medium' as const } : {}),
      ...wordsFor(more),
      message: `${sourceText(trace, file, call)} goes into the database whole${more ? `, ${more}` : ''}.`,
      steps: trace.steps,
    }
    return
  }
}

/** What is checked already lacks only that the check drops the rest. */
function wordsFor(more: string | undefined): Pick<Match, 'words'> {
  if (more?.includes('`whitelist`')) return { words: wholeClass }
  return more?.includes('`additionalProperties: false`') ? { words: wholeSchema } : {}
}

/** Lists of operations are made of what came, and not what came. */
function isDocument(call: Node): boolean {
  return !(call.type === 'CallExpression' && /bulk/i.test(keyOf(call.callee) ?? ''))
}

/** `{ userId, ...input }`: what is spread after a field takes its place. */
function* overwritten(codebase: Codebase, data: Of<'ObjectExpression'>, file: SourceFile): Iterable<Match> {
  const [first] = data.properties
  if (first?.type !== 'Property' || !owners.test(keyOf(first) ?? '')) return
  const spread = data.properties.find((property) => property.type === 'SpreadElement')
  const trace = spread?.type === 'SpreadElement' ? codebase.flow.trace(spread.argument, file) : undefined
  if (!spread || trace?.kind !== 'arguments' || trace.keys.length > 0) return
  const message = `\`${keyOf(first)}\` is set first, and ${sourceText(trace, file, spread)} may overwrite it.`
  yield { file, node: spread, severity: 'medium', confidence: 'medium', message, steps: trace.steps }
}

const modelsAsked = onceFor((queries: Codebase['queries']) => new Set(queries.map(({ model }) => model)))
const entityNames = onceFor((entities: Codebase['entities']) => entities.map(({ name }) => name.toLowerCase()))

/** A class all of the project that only bears a model’s name: its constructor takes what it names, and stores nothing. */
function isPlainClass(callee: Node, file: SourceFile, codebase: Codebase): boolean {
  const meaning = codebase.meanings.of(callee, file)
  if (meaning.kind !== 'class' || meaning.node.decorators.length > 0) return false
  const { superClass } = meaning.node
  return !superClass || isPlainClass(superClass, meaning.file, codebase)
}

function isModel(codebase: Codebase, name: string): boolean {
  if (/^[a-z]\w*Model$/.test(name)) return modelsAsked(codebase.queries).has(name)
  if (!/^[A-Z]/.test(name)) return false
  const start = name.toLowerCase()
  return (
    modelsAsked(codebase.queries).has(name) || entityNames(codebase.entities).some((entity) => entity.startsWith(start))
  )
}
